// The facts that the real worker finds in files which ffmpeg made, whole and spoilt.
#include "tests/app/support/testregistry.h"
#include "tests/app/worker/workerclient.h"
#include "tests/fake/testfiles.h"

#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace Qt::Literals::StringLiterals;

namespace batchwright::worker {

class TestProbe final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void film();
    void turnedFilm();
    void musicWithTagsAndCover();
    void videoWithoutPicturesIsSound();
    void lengthOfMatroska();
    void longTagsAreCut();
    void cutFilmIsDamaged();
    void cutOggIsDamaged();
    void nonsenseIsDamaged();
    void photoByItsContent();
    void orientationOfAPng();
    void absurdSizes();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    QString make(const QString &name, const QStringList &arguments) const;
    MediaInfo probe(const QString &file);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<WorkerClient> m_worker;
};

namespace {

const QStringList pictures{u"-f"_s, u"lavfi"_s, u"-i"_s, u"testsrc2=size=320x180:rate=25:duration=2"_s};
const QStringList sound{u"-f"_s, u"lavfi"_s, u"-i"_s, u"sine=frequency=440:duration=2"_s};

} // namespace

void TestProbe::initTestCase()
{
    if (QStandardPaths::findExecutable(u"ffmpeg"_s).isEmpty()) {
        QSKIP("ffmpeg makes the files; it is not installed");
    }
    m_worker = std::make_unique<WorkerClient>(QStringLiteral(BATCHWRIGHT_WORKER));
}

QString TestProbe::make(const QString &name, const QStringList &arguments) const
{
    QProcess process;
    process.start(u"ffmpeg"_s,
                  QStringList{u"-v"_s, u"error"_s, u"-nostdin"_s} + arguments + QStringList{path(name)});
    process.waitForFinished();
    if (process.exitCode() != 0) {
        qFatal("ffmpeg: %s", process.readAllStandardError().constData());
    }
    return path(name);
}

MediaInfo TestProbe::probe(const QString &file)
{
    Request request;
    request.task = ProbeTask{QFileInfo(file).fileName()};
    const WorkerClient::Reply reply = m_worker->ask(request, file);
    if (!reply.isDone) {
        qFatal("no facts: %s", qPrintable(reply.error.sentence));
    }
    return reply.done.facts;
}

void TestProbe::film()
{
    const MediaInfo info =
        probe(make(u"a.mp4"_s, pictures + sound + QStringList{u"-c:v"_s, u"mpeg4"_s, u"-c:a"_s, u"aac"_s}));
    QCOMPARE(info.probe, ProbeState::Known);
    QCOMPARE(info.kind, MediaKind::Video);
    QCOMPARE(info.format, u"mp4"_s);
    QCOMPARE(info.width, 320);
    QCOMPARE(info.height, 180);
    QCOMPARE(info.frameRate, 25.0);
    QCOMPARE(info.videoCodec, u"mpeg4"_s);
    QCOMPARE(info.audioCodec, u"aac"_s);
    QVERIFY(std::abs(info.durationMilliseconds - 2000) < 60);
    QVERIFY(!info.durationIsEstimated);
}

void TestProbe::turnedFilm()
{
    const QString plain = make(u"a.mp4"_s, pictures + QStringList{u"-c:v"_s, u"mpeg4"_s});
    // FFmpeg 5 writes the matrix from this tag, 6 from an option; either gives a film that stands.
    const QString turned =
        make(u"b.mov"_s, {u"-i"_s, plain, u"-c"_s, u"copy"_s, u"-metadata:s:v:0"_s, u"rotate=90"_s});
    const MediaInfo info = probe(turned);
    if (info.fact(u"rotation"_s).isEmpty()) {
        QSKIP("this ffmpeg writes no rotation from a tag");
    }
    QCOMPARE(info.width, 180);
    QCOMPARE(info.height, 320);
}

void TestProbe::musicWithTagsAndCover()
{
    const QString cover = path(u"cover.png"_s);
    writeFile(cover, pngImage(20, 20));
    const MediaInfo info =
        probe(make(u"a.flac"_s, sound
                                    + QStringList{u"-i"_s, cover, u"-map"_s, u"0"_s, u"-map"_s, u"1"_s,
                                                  u"-disposition:v"_s, u"attached_pic"_s, u"-metadata"_s,
                                                  u"ARTIST=Ada"_s, u"-metadata"_s, u"track=3/12"_s}));
    QCOMPARE(info.kind, MediaKind::Audio);
    QVERIFY(info.hasCover);
    QVERIFY(info.videoCodec.isEmpty());
    QCOMPARE(info.tags.value(u"artist"_s), u"Ada"_s);
    QCOMPARE(info.tags.value(u"track"_s), u"3"_s);
    QCOMPARE(info.tags.value(u"tracktotal"_s), u"12"_s);
    QCOMPARE(info.fact(u"audio.bits"_s), u"16"_s);
    QCOMPARE(info.fact(u"audio.rate"_s), u"44100"_s);
    QVERIFY(std::abs(info.durationMilliseconds - 2000) < 60);
}

void TestProbe::videoWithoutPicturesIsSound()
{
    QCOMPARE(probe(make(u"a.mp4"_s, sound + QStringList{u"-c:a"_s, u"aac"_s})).kind, MediaKind::Audio);
}

void TestProbe::lengthOfMatroska()
{
    const MediaInfo info = probe(make(u"a.mkv"_s, pictures + QStringList{u"-c:v"_s, u"mpeg4"_s}));
    QVERIFY(std::abs(info.durationMilliseconds - 2000) < 60);
    QCOMPARE(info.fact(u"container"_s), u"matroska,webm"_s);
}

void TestProbe::longTagsAreCut()
{
    const MediaInfo info =
        probe(make(u"a.flac"_s, sound + QStringList{u"-metadata"_s, u"comment="_s + QString(50'000, u'x')}));
    QCOMPARE(info.tags.value(u"comment"_s), QString(longestTag, u'x'));
}

void TestProbe::cutFilmIsDamaged()
{
    const QByteArray whole = readFile(make(u"a.mp4"_s, pictures + QStringList{u"-c:v"_s, u"mpeg4"_s}));
    const QString cut = path(u"cut.mp4"_s);
    writeFile(cut, whole.left(whole.size() / 2)); // its index was at the end
    const MediaInfo info = probe(cut);
    QCOMPARE(info.probe, ProbeState::Damaged);
    QVERIFY(info.problem.endsWith(u'.'));
}

void TestProbe::cutOggIsDamaged()
{
    const QByteArray whole = readFile(make(u"a.ogg"_s, sound + QStringList{u"-c:a"_s, u"flac"_s}));
    QCOMPARE(probe(path(u"a.ogg"_s)).probe, ProbeState::Known);
    writeFile(path(u"cut.ogg"_s), whole.chopped(100));
    const MediaInfo info = probe(path(u"cut.ogg"_s));
    QCOMPARE(info.probe, ProbeState::Damaged);
    QCOMPARE(info.problem, u"It is cut short; its end is missing."_s);
}

void TestProbe::nonsenseIsDamaged()
{
    writeFile(path(u"a.jpg"_s), "\xff\xd8\xff\xe0 and no more");
    const MediaInfo info = probe(path(u"a.jpg"_s));
    QCOMPARE(info.kind, MediaKind::Photo);
    QCOMPARE(info.probe, ProbeState::Damaged);
}

void TestProbe::photoByItsContent()
{
    writeFile(path(u"really a png.jpg"_s), pngImage(40, 30));
    const MediaInfo info = probe(path(u"really a png.jpg"_s));
    QCOMPARE(info.format, u"png"_s);
    QCOMPARE(info.width, 40);
    QCOMPARE(info.height, 30);
    QCOMPARE(info.fact(u"color.depth"_s), u"8"_s);
}

void TestProbe::orientationOfAPng()
{
    // An eXIf chunk with one entry, big-endian; its checksum is not looked at.
    const QByteArray exif = QByteArray(
        "MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00",
        26);
    const QByteArray chunk = QByteArray("\x00\x00\x00\x1a", 4) + "eXIf" + exif + QByteArray(4, '\0');
    const QByteArray plain = pngImage(4, 4);
    constexpr qsizetype behindHeader = 33;
    writeFile(path(u"a.png"_s), plain.left(behindHeader) + chunk + plain.mid(behindHeader));
    QCOMPARE(probe(path(u"a.png"_s)).orientation, 6);
    writeFile(path(u"b.png"_s), plain.chopped(12) + chunk + plain.right(12)); // behind the pixels
    QCOMPARE(probe(path(u"b.png"_s)).orientation, 6);
    writeFile(path(u"c.png"_s), plain);
    QCOMPARE(probe(path(u"c.png"_s)).orientation, 1);
}

void TestProbe::absurdSizes()
{
    QByteArray huge = pngImage(4, 4);
    huge.replace(16, 8, QByteArray::fromHex("7fffffff7fffffff"));
    writeFile(path(u"a.png"_s), huge);
    const MediaInfo info = probe(path(u"a.png"_s));
    QVERIFY(info.width >= 0 && info.width <= 1'000'000'000);
    QVERIFY(info.height >= 0 && info.height <= 1'000'000'000);
}

static const RegisterTest<TestProbe> registrationOfProbe;

} // namespace batchwright::worker

#include "tst_probe.moc"
