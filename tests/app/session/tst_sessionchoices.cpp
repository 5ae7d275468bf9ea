// Presets, options, variables and album sheets of a session.
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QSignalSpy>
#include <QtTest>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionChoices : public QObject
{
    Q_OBJECT

private slots:
    void kindsAndTheirPresets();
    void othersKeepTheirPreset();
    void refusedFilesGetAnotherChance();
    void optionsAreChecked();
    void optionsReachTheCommand();
    void optionsAreRememberedPerPreset();
    void variablesReachTheCommand();
    void commonVariableChanges();
    void sheets_data();
    void sheets();
    void sheetOverTags();
    void presetsAreReadAgain();
    void namePreviews();
    void missingProgramsAreInThePlan();
};

void TestSessionChoices::kindsAndTheirPresets()
{
    SessionBench bench;
    writeFile(bench.path(u"sources/a.png"_s), pngImage(4, 4));
    writeFile(bench.path(u"sources/b.wav"_s), wavSound(50));
    writeFile(bench.path(u"sources/c.txt"_s), "text\n");
    QVERIFY(bench.session().kindsInList().isEmpty());
    bench.add({bench.path(u"sources"_s)});
    QCOMPARE(bench.session().kindsInList(),
             QVector<MediaKind>({MediaKind::Photo, MediaKind::Audio, MediaKind::Text}));
    QCOMPARE(bench.session().presetFor(MediaKind::Photo)->id, u"fake"_s);
    bench.session().setPresetFor(MediaKind::Audio, u"audio-mp3"_s);
    QCOMPARE(bench.job(1).settings->preset->id, u"audio-mp3"_s);
    QCOMPARE(bench.job(0).settings->preset->id, u"fake"_s);
}

void TestSessionChoices::othersKeepTheirPreset()
{
    SessionBench bench;
    writeFile(bench.path(u"sources/a.png"_s), pngImage(4, 4));
    writeFile(bench.path(u"sources/b.wav"_s), wavSound(50));
    bench.add({bench.path(u"sources"_s)});
    bench.session().usePreset(u"photo-webp"_s, Session::Others::Keep);
    QCOMPARE(bench.job(0).settings->preset->id, u"photo-webp"_s);
    QCOMPARE(bench.job(1).settings->preset->id, u"fake"_s);
    bench.session().usePreset(u"photo-webp"_s, Session::Others::Skip);
    QVERIFY(!bench.job(1).settings);
    QCOMPARE(bench.job(1).state, JobState::Skipped);
    QCOMPARE(bench.job(1).result().error.kind, ErrorKind::WrongKind);
}

void TestSessionChoices::refusedFilesGetAnotherChance()
{
    SessionBench bench;
    bench.add(bench.makeTexts(2));
    bench.session().usePreset(u"photo-webp"_s, Session::Others::Skip);
    QCOMPARE(bench.count(JobState::Skipped), 2);
    bench.session().usePreset(u"fake"_s, Session::Others::Skip);
    QCOMPARE(bench.count(JobState::Ready), 2);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 2);
}

void TestSessionChoices::optionsAreChecked()
{
    SessionBench bench;
    QSignalSpy changed(&bench.session(), &Session::choicesChanged);
    for (const auto &[option, text] : {std::pair(u"quality"_s, u"101"_s), std::pair(u"qualtiy"_s, u"50"_s)}) {
        const Outcome set = bench.session().setOption(u"photo-webp"_s, option, text);
        QVERIFY(!set);
        QCOMPARE(set.error().kind, ErrorKind::BadOption);
        QVERIFY(!set.error().advice.isEmpty());
    }
    QVERIFY(!bench.session().setOption(u"no-such-preset"_s, u"quality"_s, u"50"_s));
    QCOMPARE(changed.size(), 0);
    QVERIFY(bench.session().setOption(u"photo-webp"_s, u"quality"_s, u"50"_s));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(bench.session().optionValues(u"photo-webp"_s).value(u"quality"_s), QVariant(qint64(50)));
}

void TestSessionChoices::optionsReachTheCommand()
{
    SessionBench bench;
    writeFile(bench.path(u"sources/a.png"_s), pngImage(4, 4));
    bench.add({bench.path(u"sources"_s)});
    bench.session().usePreset(u"photo-webp"_s);
    QVERIFY(bench.session().setOption(u"photo-webp"_s, u"quality"_s, u"37"_s));
    // When the plan has given it a name.
    QTRY_VERIFY(bench.session().commandPreview(bench.job(0).id).contains(u"to=webp quality=37 "_s));
}

void TestSessionChoices::optionsAreRememberedPerPreset()
{
    SessionBench bench;
    QVERIFY(bench.session().setOption(u"photo-webp"_s, u"quality"_s, u"37"_s));
    QCOMPARE(bench.session().settings().optionTexts.value(u"photo-webp"_s).value(u"quality"_s), u"37"_s);
    QVERIFY(bench.session().optionValues(u"photo-web-jpeg"_s).value(u"quality"_s) != QVariant(qint64(37)));
    // A remembered value that does not fit any more becomes the default.
    bench.session().settings().optionTexts[u"photo-webp"_s][u"quality"_s] = u"999"_s;
    QCOMPARE(bench.session().optionValues(u"photo-webp"_s).value(u"quality"_s),
             bench.session().presets().find(u"photo-webp"_s)->option(u"quality"_s)->standard);
}

void TestSessionChoices::variablesReachTheCommand()
{
    SessionBench bench({u"--say"_s, u"The title is {title}."_s});
    bench.add(bench.makeTexts(2));
    bench.session().setVariable(bench.job(0).id, u"title"_s, u"One & 'only'"_s);
    QVERIFY(bench.convert());
    QCOMPARE(bench.job(0).state, JobState::Done);
    QVERIFY2(bench.job(0).result().log.contains(u"The title is One & 'only'."_s),
             qPrintable(bench.job(0).result().log));
    QCOMPARE(bench.job(1).state, JobState::Failed); // it has no title, and the command needs one
    QCOMPARE(bench.job(1).result().error.kind, ErrorKind::BadPreset);
    QVERIFY(bench.job(1).result().error.sentence.contains(u"{title}"_s));
}

void TestSessionChoices::commonVariableChanges()
{
    SessionBench bench;
    bench.add(bench.makeTexts(2));
    bench.session().setVariable(bench.job(1).id, u"artist"_s, u"Own"_s);
    bench.session().setCommonVariable(u"artist"_s, u"First"_s);
    QCOMPARE(bench.job(0).variables.value(u"artist"_s), u"First"_s);
    bench.session().setCommonVariable(u"artist"_s, u"Second"_s);
    QCOMPARE(bench.job(0).variables.value(u"artist"_s), u"Second"_s);
    QCOMPARE(bench.job(1).variables.value(u"artist"_s), u"Own"_s);
    bench.add(bench.makeTexts(1, u"more"_s));
    QCOMPARE(bench.job(2).variables.value(u"artist"_s), u"Second"_s);
}

void TestSessionChoices::sheets_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("fits");
    QTest::newRow("JSON") << u"a.json"_s
                          << QByteArray(R"({"artist": "Ada", "tracks": ["One", "Two", "Three"]})") << true;
    QTest::newRow("CSV") << u"a.csv"_s << QByteArray("artist,title\nAda,One\nAda,Two\nAda,Three\n") << true;
    QTest::newRow("CUE")
        << u"a.cue"_s
        << QByteArray("PERFORMER \"Ada\"\nTRACK 01 AUDIO\nTITLE \"One\"\nTRACK 02 AUDIO\nTITLE \"Two\"\n"
                      "TRACK 03 AUDIO\nTITLE \"Three\"\n")
        << true;
    QTest::newRow("too few") << u"a.csv"_s << QByteArray("artist,title\nAda,One\nAda,Two\n") << false;
    QTest::newRow("too many") << u"a.json"_s << QByteArray(R"(["1", "2", "3", "4"])") << false;
    QTest::newRow("none") << u"a.json"_s << QByteArray("[]") << false;
}

void TestSessionChoices::sheets()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QFETCH(bool, fits);
    SessionBench bench;
    bench.add(bench.makeTexts(3));
    const Result<AlbumSheet> sheet = readAlbumSheet(content, file);
    QVERIFY(sheet);
    const Outcome applied = bench.session().applySheet(*sheet, file);
    QCOMPARE(applied.has_value(), fits);
    if (fits) {
        QCOMPARE(bench.job(1).variables.value(u"title"_s), u"Two"_s);
        QCOMPARE(bench.job(2).variables.value(u"artist"_s), u"Ada"_s);
        QCOMPARE(bench.job(2).variables.value(u"track"_s), u"3"_s);
    } else {
        QCOMPARE(applied.error().kind, ErrorKind::BadSheet);
        QVERIFY2(applied.error().sentence.contains(u"3 files"_s), qPrintable(applied.error().sentence));
        QVERIFY(bench.job(0).variables.isEmpty());
    }
}

void TestSessionChoices::sheetOverTags()
{
    SessionBench bench;
    bench.add(bench.makeTexts(1));
    bench.session().setCommonVariable(u"artist"_s, u"Everybody"_s);
    QVERIFY(bench.session().applySheet(*readAlbumSheet("artist\nAda\n", u"a.csv"_s), u"a.csv"_s));
    QCOMPARE(bench.job(0).variables.value(u"artist"_s), u"Ada"_s);
}

void TestSessionChoices::presetsAreReadAgain()
{
    SessionBench bench;
    bench.add(bench.makeTexts(1));
    bench.addPreset(u"fake"_s, fakePresetJson(u"fake"_s, {u"other-program"_s, u"{input}"_s}));
    bench.addPreset(u"bad"_s, "{");
    bench.session().reloadPresets();
    QCOMPARE(bench.job(0).settings->preset->steps.first().variants.first().command.first().parts.first(),
             u"other-program"_s);
    QCOMPARE(bench.session().presets().problems().size(), 1);
}

void TestSessionChoices::namePreviews()
{
    SessionBench bench;
    bench.add(bench.makeTexts(2));
    QCOMPARE(*bench.session().namePreview(bench.job(1).id, u"holiday-{index}"_s), u"holiday-002.out"_s);
    const Result<QString> climbing = bench.session().namePreview(bench.job(1).id, u"../{stem}"_s);
    QVERIFY(!climbing);
    QCOMPARE(climbing.error().kind, ErrorKind::BadName);
}

void TestSessionChoices::missingProgramsAreInThePlan()
{
    SessionBench bench;
    bench.addPreset(u"missing"_s, fakePresetJson(u"missing"_s, {u"no-such-program"_s, u"{input}"_s}));
    bench.session().usePreset(u"missing"_s, Session::Others::Skip);
    bench.add(bench.makeTexts(3));
    QTRY_COMPARE(bench.session().plan().problems.size(), 1);
    QCOMPARE(bench.session().plan().problems.first().error.kind, ErrorKind::ToolMissing);
    QCOMPARE(bench.session().plan().problems.first().jobs, 3);
}

static const RegisterTest<TestSessionChoices> registrationOfSessionChoices;

} // namespace batchwright

#include "tst_sessionchoices.moc"
