#include "app/settings/settings.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSettings : public QObject
{
    Q_OBJECT

private slots:
    void comeBack();
    void replacingIsNotRemembered();
    void movingOriginalsIsNotRemembered();
    void whatIsGoneStaysGone();
    void missingFileGivesDefaults();
    void damagedValuesBecomeDefaults_data();
    void damagedValuesBecomeDefaults();
    void unwritableFileIsTold();

private:
    QString file() const { return m_folder.filePath(u"new/folder/settings.ini"_s); }

    QTemporaryDir m_folder;
};

void TestSettings::comeBack()
{
    Settings settings;
    settings.output.place = OutputPlace::Folder;
    settings.output.folder = u"/home/ada/Ergebnisse, neu; \"x\""_s;
    settings.output.tree = FolderTree::Flat;
    settings.output.nameTemplate = u"{stem} (%1) @ 50%"_s;
    settings.output.exists = ExistsRule::Skip;
    settings.output.keepAttributes = false;
    settings.output.verify = true;
    settings.output.onlyIfSmaller = true;
    settings.output.sourceFolder = u"/home/ada/Originale"_s;
    settings.jobLimit = 3;
    settings.memoryMegabytes = 4000;
    settings.gentle = true;
    settings.notifyWhenDone = false;
    settings.soundWhenDone = true;
    settings.sandbox = SandboxRule::Require;
    settings.presetByKind = {{u"photo"_s, u"photo-webp"_s}, {u"audio"_s, u"audio-mp3"_s}};
    settings.optionTexts[u"photo-webp"_s] = {{u"size"_s, u"640"_s}, {u"crop"_s, u"@x, =y"_s}};
    settings.lastFolder = u"/home/ada/ü"_s;
    settings.windowGeometry = QByteArray("\x00\x01\xff", 3);
    settings.splitterState = "s";
    settings.tableState = "t";
    settings.panelIsOpen = false;
    QVERIFY(settings.save(file()));

    const Settings loaded = Settings::load(file());
    QCOMPARE(loaded.output, settings.output);
    QCOMPARE(loaded.jobLimit, 3);
    QCOMPARE(loaded.memoryMegabytes, 4000);
    QVERIFY(loaded.gentle && loaded.soundWhenDone && !loaded.notifyWhenDone);
    QCOMPARE(loaded.sandbox, SandboxRule::Require);
    QCOMPARE(loaded.presetByKind, settings.presetByKind);
    QCOMPARE(loaded.optionTexts, settings.optionTexts);
    QCOMPARE(loaded.lastFolder, settings.lastFolder);
    QCOMPARE(loaded.windowGeometry, settings.windowGeometry);
    QCOMPARE(loaded.splitterState, settings.splitterState);
    QCOMPARE(loaded.tableState, settings.tableState);
    QVERIFY(!loaded.panelIsOpen);
}

void TestSettings::replacingIsNotRemembered()
{
    Settings settings;
    settings.output.exists = ExistsRule::Replace;
    QVERIFY(settings.save(file()));
    QCOMPARE(Settings::load(file()).output.exists, ExistsRule::Rename);
}

void TestSettings::movingOriginalsIsNotRemembered()
{
    for (const SourceRule rule : {SourceRule::MoveToFolder, SourceRule::Trash}) {
        Settings settings;
        settings.output.sourceRule = rule;
        settings.output.sourceFolder = u"/home/ada/Originale"_s;
        QVERIFY(settings.save(file()));
        QCOMPARE(Settings::load(file()).output.sourceRule, SourceRule::Keep);
        QCOMPARE(Settings::load(file()).output.sourceFolder, u"/home/ada/Originale"_s);
    }
}

void TestSettings::whatIsGoneStaysGone()
{
    Settings settings;
    settings.presetByKind = {{u"photo"_s, u"photo-webp"_s}};
    settings.optionTexts[u"photo-webp"_s] = {{u"size"_s, u"640"_s}};
    QVERIFY(settings.save(file()));
    QVERIFY(Settings{}.save(file()));
    QVERIFY(Settings::load(file()).presetByKind.isEmpty());
    QVERIFY(Settings::load(file()).optionTexts.isEmpty());
}

void TestSettings::missingFileGivesDefaults()
{
    const Settings loaded = Settings::load(m_folder.filePath(u"nowhere.ini"_s));
    QCOMPARE(loaded.output, OutputSettings{});
    QCOMPARE(loaded.jobLimit, 0);
    QVERIFY(loaded.panelIsOpen);
    QVERIFY(!QFile::exists(m_folder.filePath(u"nowhere.ini"_s)));
}

void TestSettings::damagedValuesBecomeDefaults_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("numbers beyond the last")
        << QByteArray("[output]\nplace=7\ntree=-1\nexists=99\n[jobs]\nlimit=-4\n");
    QTest::newRow("words for numbers")
        << QByteArray("[output]\nplace=folder\ntree=x\nexists=y\n[jobs]\nlimit=many\n");
    QTest::newRow("folder that is relative") << QByteArray("[output]\nplace=1\nfolder=somewhere\n");
    QTest::newRow("folder without a name") << QByteArray("[output]\nplace=1\n");
    QTest::newRow("no INI at all") << QByteArray("\x89PNG\r\n\x1a\n\x00\xff[[[=", 14);
}

void TestSettings::damagedValuesBecomeDefaults()
{
    QFETCH(QByteArray, content);
    writeFile(file(), content);
    const Settings loaded = Settings::load(file());
    QCOMPARE(loaded.output, OutputSettings{});
    QCOMPARE(loaded.jobLimit, 0);
}

void TestSettings::unwritableFileIsTold()
{
    writeFile(m_folder.filePath(u"a-file"_s), "x");
    QVERIFY(!Settings{}.save(m_folder.filePath(u"a-file/settings.ini"_s)));
}

static const RegisterTest<TestSettings> registrationOfSettings;

} // namespace batchwright

#include "tst_settings.moc"
