#include "app/preset/presetlibrary.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QtTest>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

QByteArray presetNamed(const QByteArray &id, const QByteArray &name, const QByteArray &group = "Photo")
{
    QByteArray json = R"({"id": "@id", "name": "@name", "group": "@group", "about": "A test.",
        "accepts": {"kinds": ["photo"]}, "steps": [{"command": ["tool"]}], "output": {"suffix": "png"}})";
    return json.replace("@id", id).replace("@name", name).replace("@group", group);
}

QStringList namesOf(const PresetLibrary &library)
{
    QStringList names;
    for (const PresetPointer &preset : library.all()) {
        names.append(preset->name);
    }
    return names;
}

} // namespace

class TestPresetLibrary : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void userWinsById();
    void badFilesAreReportedAndOthersLoad();
    void missingFoldersAreFine();
    void loadingAgainForgets();
    void groupsThatPeopleComeForAreFirst();
    void onlyJsonFilesAreRead();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_builtIn;
    QString m_user;
};

void TestPresetLibrary::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_builtIn = m_folder->filePath(u"built-in"_s);
    m_user = m_folder->filePath(u"user"_s);
    writeFile(m_builtIn + u"/a.json"_s, presetNamed("a", "A of the program"));
    writeFile(m_builtIn + u"/b.json"_s, presetNamed("b", "B of the program"));
}

void TestPresetLibrary::userWinsById()
{
    writeFile(m_user + u"/another-file-name.json"_s, presetNamed("b", "B of the user"));
    writeFile(m_user + u"/c.json"_s, presetNamed("c", "C of the user"));
    PresetLibrary library;
    library.load(m_builtIn, m_user);
    QCOMPARE(namesOf(library), QStringList({u"A of the program"_s, u"B of the user"_s, u"C of the user"_s}));
    QCOMPARE(library.find(u"b"_s)->name, u"B of the user"_s);
    QCOMPARE(library.find(u"b"_s)->origin, m_user + u"/another-file-name.json"_s);
    QVERIFY(!library.find(u"nobody"_s));
    QVERIFY(library.problems().isEmpty());
}

void TestPresetLibrary::badFilesAreReportedAndOthersLoad()
{
    writeFile(m_user + u"/bad.json"_s, "{\n\"id\": 3\n}");
    writeFile(m_user + u"/c.json"_s, presetNamed("c", "C of the user"));
    writeFile(m_user + u"/large.json"_s, QByteArray(2 * 1024 * 1024, ' '));
    PresetLibrary library;
    library.load(m_builtIn, m_user);
    QCOMPARE(library.all().size(), 3);
    QCOMPARE(library.problems().size(), 2);
    QCOMPARE(library.problems().at(0).kind, ErrorKind::BadPreset);
    QVERIFY2(library.problems().at(0).sentence.startsWith(m_user + u"/bad.json, line 2: id "_s),
             qPrintable(library.problems().at(0).sentence));
    QVERIFY(library.problems().at(1).sentence.contains(u"large.json"_s));
}

void TestPresetLibrary::missingFoldersAreFine()
{
    PresetLibrary library;
    library.load(m_builtIn, m_folder->filePath(u"nowhere"_s));
    QCOMPARE(library.all().size(), 2);
    library.load(QString(), QString());
    QVERIFY(library.all().isEmpty());
    QVERIFY(library.problems().isEmpty());
}

void TestPresetLibrary::loadingAgainForgets()
{
    writeFile(m_user + u"/b.json"_s, presetNamed("b", "B of the user"));
    writeFile(m_user + u"/bad.json"_s, "{");
    PresetLibrary library;
    library.load(m_builtIn, m_user);
    QVERIFY(QFile::remove(m_user + u"/b.json"_s));
    QVERIFY(QFile::remove(m_user + u"/bad.json"_s));
    library.load(m_builtIn, m_user);
    QCOMPARE(library.find(u"b"_s)->name, u"B of the program"_s);
    QVERIFY(library.problems().isEmpty());
}

void TestPresetLibrary::groupsThatPeopleComeForAreFirst()
{
    writeFile(m_user + u"/1.json"_s, presetNamed("1", "Zither", "Archive"));
    writeFile(m_user + u"/2.json"_s, presetNamed("2", "Film", "Video"));
    writeFile(m_user + u"/3.json"_s, presetNamed("3", "Ape", "Photo"));
    PresetLibrary library;
    library.load(m_builtIn, m_user);
    QCOMPARE(namesOf(library),
             QStringList({u"A of the program"_s, u"Ape"_s, u"B of the program"_s, u"Film"_s, u"Zither"_s}));
    // Places and ids still belong together after the sorting.
    QVERIFY(std::all_of(library.all().cbegin(), library.all().cend(),
                        [&](const PresetPointer &preset) { return library.find(preset->id) == preset; }));
}

void TestPresetLibrary::onlyJsonFilesAreRead()
{
    writeFile(m_user + u"/c.json~"_s, "{");
    writeFile(m_user + u"/notes.txt"_s, "{");
    PresetLibrary library;
    library.load(m_builtIn, m_user);
    QCOMPARE(library.all().size(), 2);
    QVERIFY(library.problems().isEmpty());
}

static const RegisterTest<TestPresetLibrary> registrationOfPresetLibrary;

} // namespace batchwright

#include "tst_presetlibrary.moc"
