// Facts that are kept from run to run: when they count, when not, and what becomes of a cache that is no good.
#include "app/base/whendone.h"
#include "app/probe/factscache.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/smalldisk.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakeclock.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QFileInfo>
#include <QtTest>

#include <utime.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestFactsCache : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void isKeptFromRunToRun();
    void everyFactComesBack();
    void anotherFileIsAskedAgain_data();
    void anotherFileIsAskedAgain();
    void ofAnotherMakerIsForgotten();
    void onlyWhatIsKnownIsKept();
    void freshFilesAreNotTrusted();
    void twoInstancesAtOnce();
    void damagedIsSetAside_data();
    void damagedIsSetAside();
    void readOnlyIsRead();
    void cannotBeMade_data();
    void cannotBeMade();
    void isBoundedInFiles();
    void isBoundedInDays();
    void isBoundedInBytes();
    void otherVersionIsSetAside();
    void belongsToItsOwner();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    QString database() const { return path(u"cache/facts.sqlite"_s); }
    std::unique_ptr<FactsCache> open(const QString &maker = u"worker 1"_s);
    MediaInfo sniffed(const QString &file) const;
    /// The facts by way of the cache; m_asked counts how often that did not do.
    MediaInfo ask(FactsCache &cache, const QString &file);
    int askInNewRun(const QString &file, const QString &maker = u"worker 1"_s);

    std::unique_ptr<QTemporaryDir> m_folder;
    FakeClock m_clock;
    FactsCache::Limits m_limits;
    MediaInfo m_answer;
    int m_asked = 0;
};

void TestFactsCache::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_limits = {};
    m_limits.settleMilliseconds = -1; // the files of the tests are new
    m_asked = 0;
    m_answer = {};
    m_answer.kind = MediaKind::Photo;
    m_answer.format = u"jpeg"_s;
    m_answer.probe = ProbeState::Known;
    m_answer.width = 4032;
    m_answer.height = 3024;
    writeFile(path(u"photo.jpg"_s), "a photo");
}

std::unique_ptr<FactsCache> TestFactsCache::open(const QString &maker)
{
    return std::make_unique<FactsCache>(database(), maker, m_limits, m_clock);
}

MediaInfo TestFactsCache::sniffed(const QString &file) const
{
    const std::optional<FileIdentity> identity = identityOf(path(file));
    MediaInfo info;
    info.kind = MediaKind::Photo;
    info.bytes = identity ? identity->size : 0;
    info.modifiedNanoseconds = identity ? identity->modifiedNanoseconds : 0;
    return info;
}

MediaInfo TestFactsCache::ask(FactsCache &cache, const QString &file)
{
    const Prober::Ask asking = askCacheFirst(cache, [this](const QString &, const MediaInfo &known) {
        ++m_asked;
        MediaInfo answer = m_answer;
        answer.bytes = known.bytes;
        answer.modifiedNanoseconds = known.modifiedNanoseconds;
        return QtFuture::makeReadyFuture(answer);
    });
    std::optional<MediaInfo> facts;
    whenDone(asking(path(file), sniffed(file)), &cache, [&facts](const MediaInfo &found) { facts = found; });
    static_cast<void>(QTest::qWaitFor([&facts] { return facts.has_value(); }, 60'000));
    return facts.value_or(MediaInfo{});
}

/// How often it had to be asked about.
int TestFactsCache::askInNewRun(const QString &file, const QString &maker)
{
    const int before = m_asked;
    const std::unique_ptr<FactsCache> cache = open(maker);
    ask(*cache, file);
    return m_asked - before;
}

void TestFactsCache::isKeptFromRunToRun()
{
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 1);
    const std::unique_ptr<FactsCache> next = open();
    const MediaInfo facts = ask(*next, u"photo.jpg"_s);
    QCOMPARE(m_asked, 1);
    QCOMPARE(facts.width, 4032);
    QCOMPARE(facts.bytes, 7);
    QCOMPARE(facts.modifiedNanoseconds, sniffed(u"photo.jpg"_s).modifiedNanoseconds);
}

void TestFactsCache::everyFactComesBack()
{
    m_answer.formatText = u"JPEG image"_s;
    m_answer.orientation = 6;
    m_answer.pages = 3;
    m_answer.durationMilliseconds = 12345;
    m_answer.frameRate = 29.97;
    m_answer.videoCodec = u"h264"_s;
    m_answer.hasCover = true;
    m_answer.tags.insert(u"artist"_s, u"Ada “Countess” Lovelace"_s);
    m_answer.more.insert(u"warning"_s, u"It is odd."_s);
    askInNewRun(u"photo.jpg"_s);
    const std::unique_ptr<FactsCache> cache = open();
    const MediaInfo facts = ask(*cache, u"photo.jpg"_s);
    QCOMPARE(m_asked, 1);
    QCOMPARE(facts.formatText, m_answer.formatText);
    QCOMPARE(facts.orientation, 6);
    QCOMPARE(facts.pages, 3);
    QCOMPARE(facts.durationMilliseconds, 12345);
    QCOMPARE(facts.frameRate, 29.97);
    QCOMPARE(facts.videoCodec, u"h264"_s);
    QVERIFY(facts.hasCover);
    QCOMPARE(facts.tags, m_answer.tags);
    QCOMPARE(facts.more, m_answer.more);
}

void TestFactsCache::anotherFileIsAskedAgain_data()
{
    QTest::addColumn<QString>("change");
    for (const char *change : {"other content", "other time", "replaced", "same time again"}) {
        QTest::newRow(change) << QString::fromLatin1(change);
    }
}

void TestFactsCache::anotherFileIsAskedAgain()
{
    QFETCH(QString, change);
    askInNewRun(u"photo.jpg"_s);
    const QByteArray name = QFile::encodeName(path(u"photo.jpg"_s));
    struct utimbuf time = {1'700'000'000, 1'700'000'000};
    if (change == u"other content"_s) {
        writeFile(path(u"photo.jpg"_s), "another photo");
    } else if (change == u"other time"_s) {
        QCOMPARE(::utime(name.constData(), &time), 0);
    } else if (change == u"replaced"_s) {
        writeFile(path(u"other.jpg"_s), "b photo");
        QCOMPARE(::rename(QFile::encodeName(path(u"other.jpg"_s)).constData(), name.constData()), 0);
    } else {
        // Somebody writes into it and sets the time back: the inode tells.
        QCOMPARE(::utime(name.constData(), &time), 0);
        askInNewRun(u"photo.jpg"_s);
        QFile file(path(u"photo.jpg"_s));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.write("A") == 1);
        file.close();
        QCOMPARE(::utime(name.constData(), &time), 0);
    }
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 1);
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 0);
}

void TestFactsCache::ofAnotherMakerIsForgotten()
{
    askInNewRun(u"photo.jpg"_s);
    QCOMPARE(askInNewRun(u"photo.jpg"_s, u"worker 2"_s), 1);
    QCOMPARE(askInNewRun(u"photo.jpg"_s, u"worker 2"_s), 0);
}

void TestFactsCache::onlyWhatIsKnownIsKept()
{
    for (const ProbeState state : {ProbeState::Damaged, ProbeState::Busy, ProbeState::NotAsked}) {
        m_answer.probe = state;
        QCOMPARE(askInNewRun(u"photo.jpg"_s), 1);
    }
    m_answer.probe = ProbeState::Known;
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 1);
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 0);
}

void TestFactsCache::freshFilesAreNotTrusted()
{
    m_limits.settleMilliseconds = 3'600'000;
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 1);
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 1);
}

void TestFactsCache::twoInstancesAtOnce()
{
    std::unique_ptr<FactsCache> one = open();
    std::unique_ptr<FactsCache> other = open();
    for (int number = 0; number < 20; ++number) {
        writeFile(path(u"%1.jpg"_s.arg(number)), "photo " + QByteArray::number(number));
        ask(number % 2 == 0 ? *one : *other, u"%1.jpg"_s.arg(number));
    }
    QCOMPARE(m_asked, 20);
    one.reset();
    other.reset();
    for (int number = 0; number < 20; ++number) {
        QCOMPARE(askInNewRun(u"%1.jpg"_s.arg(number)), 0);
    }
}

void TestFactsCache::damagedIsSetAside_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("bytes");
    QTest::newRow("no database") << 0 << 16;
    QTest::newRow("first page") << 30 << 3000;
    QTest::newRow("all") << 0 << 100'000;
    QTest::newRow("behind the first page") << 4096 << 100'000;
}

void TestFactsCache::damagedIsSetAside()
{
    QFETCH(int, from);
    QFETCH(int, bytes);
    askInNewRun(u"photo.jpg"_s);
    QByteArray content = readFile(database());
    QVERIFY(content.size() > 4096);
    for (int place = from; place < std::min<int>(from + bytes, static_cast<int>(content.size())); ++place) {
        content[place] = static_cast<char>(place * 7 + 1);
    }
    writeFile(database(), content);
    QFile::remove(database() + u"-wal"_s);
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 1); // not found, and that is all
    const std::unique_ptr<FactsCache> cache = open();
    const MediaInfo facts = ask(*cache, u"photo.jpg"_s);
    QCOMPARE(facts.width, 4032);
    QVERIFY(QFile::exists(database() + u".damaged"_s));
}

void TestFactsCache::readOnlyIsRead()
{
    askInNewRun(u"photo.jpg"_s);
    const QByteArray content = readFile(database());
    SmallDisk disk(path(u"cache"_s), "size=1m");
    if (!disk.isThere()) {
        QSKIP("mounting needs root");
    }
    writeFile(database(), content);
    QVERIFY(disk.forbidWriting());
    const int before = m_asked;
    std::unique_ptr<FactsCache> cache = open();
    QCOMPARE(ask(*cache, u"photo.jpg"_s).width, 4032);
    writeFile(path(u"new.jpg"_s), "new");
    QCOMPARE(ask(*cache, u"new.jpg"_s).width, 4032);
    QVERIFY(m_asked > before);
    cache.reset();
    QCOMPARE(namesIn(path(u"cache"_s)), QStringList{u"facts.sqlite"_s});
}

void TestFactsCache::cannotBeMade_data()
{
    QTest::addColumn<bool>("folderIsFile");
    QTest::newRow("its folder is a file") << true;
    QTest::newRow("it is a folder") << false;
}

void TestFactsCache::cannotBeMade()
{
    QFETCH(bool, folderIsFile);
    if (folderIsFile) {
        writeFile(path(u"cache"_s), "a file");
    } else {
        QVERIFY(QDir().mkpath(database()));
    }
    const std::unique_ptr<FactsCache> cache = open();
    for (int number = 0; number < 3; ++number) {
        QCOMPARE(ask(*cache, u"photo.jpg"_s).width, 4032);
    }
    QCOMPARE(m_asked, 3);
}

void TestFactsCache::isBoundedInFiles()
{
    m_limits.mostFiles = 5;
    for (int number = 0; number < 8; ++number) {
        writeFile(path(u"%1.jpg"_s.arg(number)), "photo");
        askInNewRun(u"%1.jpg"_s.arg(number));
        m_clock.advance(24 * 3'600'000);
    }
    int known = 0;
    for (int number = 7; number >= 0; --number) {
        known += askInNewRun(u"%1.jpg"_s.arg(number)) == 0 ? 1 : 0;
    }
    QVERIFY2(known >= 4 && known <= 6, qPrintable(QString::number(known)));
    QCOMPARE(askInNewRun(u"0.jpg"_s), 0); // the one that was asked last is there
}

void TestFactsCache::isBoundedInDays()
{
    constexpr qint64 day = 24 * 3'600'000;
    m_limits.mostDays = 10;
    writeFile(path(u"other.jpg"_s), "other");
    writeFile(path(u"third.jpg"_s), "third");
    askInNewRun(u"photo.jpg"_s);
    askInNewRun(u"other.jpg"_s);
    m_clock.advance(8 * day);
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 0); // used again: it stays
    m_clock.advance(8 * day);
    askInNewRun(u"third.jpg"_s); // writing is when old ones go
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 0);
    QCOMPARE(askInNewRun(u"other.jpg"_s), 1);
}

void TestFactsCache::isBoundedInBytes()
{
    m_limits.mostMegabytes = 1;
    for (int number = 0; number < 100; ++number) {
        m_answer.tags.insert(u"tag%1"_s.arg(number), QString(600, u'x'));
    }
    std::unique_ptr<FactsCache> cache = open();
    for (int number = 0; number < 100; ++number) {
        writeFile(path(u"%1.jpg"_s.arg(number)), "photo");
        ask(*cache, u"%1.jpg"_s.arg(number));
    }
    cache.reset();
    QVERIFY(QFileInfo(database()).size() <= 1'000'000);
    QVERIFY(!QFile::exists(database() + u".damaged"_s));
    // It goes on with new ones.
    writeFile(path(u"new.jpg"_s), "new");
    m_answer.tags.clear();
    QCOMPARE(askInNewRun(u"new.jpg"_s), 1);
    QCOMPARE(askInNewRun(u"new.jpg"_s), 0);
}

void TestFactsCache::otherVersionIsSetAside()
{
    askInNewRun(u"photo.jpg"_s);
    QByteArray content = readFile(database());
    content[63] = 99; // sqlite.org/fileformat2.html: the user version, four bytes from 60 on
    writeFile(database(), content);
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 1);
    QCOMPARE(askInNewRun(u"photo.jpg"_s), 0);
    QVERIFY(QFile::exists(database() + u".damaged"_s));
}

void TestFactsCache::belongsToItsOwner()
{
    askInNewRun(u"photo.jpg"_s);
    QCOMPARE(QFileInfo(path(u"cache"_s)).permissions()
                 & (QFile::ReadGroup | QFile::ExeGroup | QFile::ReadOther | QFile::ExeOther),
             QFile::Permissions());
}

static const RegisterTest<TestFactsCache> registrationOfFactsCache;

} // namespace batchwright

#include "tst_factscache.moc"
