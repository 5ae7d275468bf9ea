// Messages: what is written is read back, and nothing else is taken.
#include "app/worker/message.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QMap>
#include <QtTest>

using namespace batchwright;
using namespace batchwright::worker;

namespace {

Request fullRequest()
{
    ConvertTask task;
    task.operations.crop = {Crop::Mode::Rectangle, 1, 2, 300, 400};
    task.operations.resize = {Resize::Mode::Fill, 640, 480, 12.5, true};
    task.operations.gamma = 1.2;
    task.operations.brightness = -30;
    task.operations.watermark.text = QStringLiteral("© Zoë");
    task.operations.metadata = MetadataRule::WithoutPlace;
    task.output.format = PictureFormat::WebP;
    task.output.quality = 77;
    Request request;
    request.id = 4'000'000'000U;
    request.threads = 3;
    request.task = task;
    return request;
}

/// What fuzzing starts from: a message of each sort, by the name of its file.
QMap<QString, QByteArray> fuzzSeeds()
{
    const auto request = [](const auto &task) {
        Request asked;
        asked.id = 7;
        asked.task = task;
        return encode(asked);
    };
    const auto answer = [](const auto &content) { return encode(Answer{7, content}); };
    DoneAnswer done;
    done.width = 4000;
    done.height = 3000;
    done.bytes = 123'456;
    done.warnings = {QStringLiteral("One.")};
    done.facts.kind = MediaKind::Photo;
    done.facts.tags.insert(QStringLiteral("artist"), QStringLiteral("Björk"));
    const FailedAnswer failed{
        {ErrorKind::DamagedInput, QStringLiteral("Cut."), QStringLiteral("Again."), QStringLiteral("x")}};
    return {{QStringLiteral("convert"), encode(fullRequest())},
            {QStringLiteral("probe"), request(ProbeTask{QStringLiteral("a.jpg")})},
            {QStringLiteral("thumbnail"), request(ThumbnailTask())},
            {QStringLiteral("scan"), request(ScanTask())},
            {QStringLiteral("check"), request(CheckPictureTask())},
            {QStringLiteral("ready"),
             answer(ReadyAnswer{QStringLiteral("0.1.0"), {QStringLiteral("jpeg")}, {QStringLiteral("png")}})},
            {QStringLiteral("progress"), answer(ProgressAnswer{0.5})},
            {QStringLiteral("done"), answer(done)},
            {QStringLiteral("failed"), answer(failed)}};
}

} // namespace

class TestMessage final : public QObject
{
    Q_OBJECT

private slots:
    void requestsComeBack();
    void answersComeBack();
    void rangesHold();
    void everyCutIsRefused();
    void everyFlippedByteIsReadOrRefused();
    void hugeFactsStillFit();
    void fuzzingStartsFromMessagesOfThisVersion();
};

void TestMessage::requestsComeBack()
{
    const QByteArray bytes = encode(fullRequest());
    const Result<Request> read = decodeRequest(bytes);
    QVERIFY(read.has_value());
    const auto &task = std::get<ConvertTask>(read->task);
    QCOMPARE(read->id, 4'000'000'000U);
    QCOMPARE(task.operations.crop.height, 400);
    QCOMPARE(task.operations.resize.percent, 12.5);
    QCOMPARE(task.operations.brightness, -30);
    QCOMPARE(task.operations.watermark.text, QStringLiteral("© Zoë"));
    QCOMPARE(task.output.quality, 77);
    QCOMPARE(encode(*read), bytes);
    for (Request other : {Request{1, 1, 1, Strictness::AnyFault, ProbeTask{QStringLiteral("a.jpg")}},
                          Request{2, 1, 1, Strictness::Truncated, ThumbnailTask()},
                          Request{3, 1, 1, Strictness::Truncated, ScanTask()},
                          Request{4, 1, 1, Strictness::Truncated, CheckPictureTask()}}) {
        const Result<Request> again = decodeRequest(encode(other));
        QVERIFY(again.has_value());
        QCOMPARE(again->task.index(), other.task.index());
    }
}

void TestMessage::answersComeBack()
{
    DoneAnswer done;
    done.width = 12;
    done.bytes = 1LL << 40;
    done.warnings = {QStringLiteral("One."), QStringLiteral("Two.")};
    done.facts.kind = MediaKind::Video;
    done.facts.frameRate = 29.97;
    done.facts.tags.insert(QStringLiteral("artist"), QStringLiteral("Björk"));
    const Result<Answer> read = decodeAnswer(encode(Answer{7, done}));
    QVERIFY(read.has_value());
    const auto &again = std::get<DoneAnswer>(read->content);
    QCOMPARE(again.bytes, done.bytes);
    QCOMPARE(again.warnings, done.warnings);
    QCOMPARE(again.facts.kind, MediaKind::Video);
    QCOMPARE(again.facts.tags, done.facts.tags);

    const FailedAnswer failed{
        {ErrorKind::DamagedInput, QStringLiteral("Cut."), QStringLiteral("Again."), QStringLiteral("x")}};
    const Result<Answer> error = decodeAnswer(encode(Answer{8, failed}));
    QVERIFY(error.has_value());
    QCOMPARE(std::get<FailedAnswer>(error->content).error.kind, ErrorKind::DamagedInput);
    QVERIFY(decodeAnswer(encode(Answer{0, ReadyAnswer{QStringLiteral("1"), {}, {}}})).has_value());
    QVERIFY(decodeAnswer(encode(Answer{0, ProgressAnswer{0.5}})).has_value());
}

void TestMessage::rangesHold()
{
    Request request = fullRequest();
    request.threads = 1;
    QByteArray bytes = encode(request);
    // 1 becomes 0, which is no number of threads.
    const qsizetype at = bytes.indexOf("threads") + 7;
    bytes[at] = '\0';
    const Result<Request> read = decodeRequest(bytes);
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().kind, ErrorKind::Usage);
    QVERIFY2(read.error().sentence.contains(QStringLiteral("threads")), qPrintable(read.error().sentence));
    // A version of another build.
    bytes = encode(request);
    bytes[bytes.indexOf("version") + 7] = static_cast<char>(protocolVersion + 1);
    QVERIFY(!decodeRequest(bytes).has_value());
    QVERIFY(!decodeRequest(QByteArray(longestDatagram + 1, '\0')).has_value());
}

void TestMessage::everyCutIsRefused()
{
    const QByteArray bytes = encode(fullRequest());
    for (qsizetype length = 0; length < bytes.size(); ++length) {
        QVERIFY2(!decodeRequest(bytes.left(length)).has_value(), qPrintable(QString::number(length)));
    }
    QVERIFY(!decodeRequest(bytes + bytes).has_value());
}

void TestMessage::everyFlippedByteIsReadOrRefused()
{
    const QByteArray bytes = encode(fullRequest());
    for (qsizetype at = 0; at < bytes.size(); ++at) {
        for (const int flip : {0x01, 0x20, 0x80, 0xff}) {
            QByteArray changed = bytes;
            changed[at] = static_cast<char>(changed.at(at) ^ flip);
            const Result<Request> read = decodeRequest(changed);
            if (read) {
                // What is taken is in its range, so it can be written and read again.
                QVERIFY(decodeRequest(encode(*read)).has_value());
            }
        }
    }
}

void TestMessage::hugeFactsStillFit()
{
    DoneAnswer done;
    for (int i = 0; i < 500; ++i) {
        done.facts.tags.insert(QString::number(i), QString(5000, QChar(0x20ac)));
        done.warnings.append(QString(5000, u'w'));
    }
    const QByteArray bytes = encode(Answer{1, done});
    QVERIFY(bytes.size() <= longestDatagram);
    QVERIFY(decodeAnswer(bytes).has_value());
}

/// Messages of an older version are refused at their first field, and fuzzing would get no further. When this fails because
/// the messages have changed, run it with BATCHWRIGHT_WRITE_SEEDS=1.
void TestMessage::fuzzingStartsFromMessagesOfThisVersion()
{
    const QMap<QString, QByteArray> seeds = fuzzSeeds();
    for (auto seed = seeds.cbegin(); seed != seeds.cend(); ++seed) {
        const QString path =
            QStringLiteral(BATCHWRIGHT_SOURCE "/tests/fuzz/corpus/worker/%1").arg(seed.key());
        if (qEnvironmentVariableIsSet("BATCHWRIGHT_WRITE_SEEDS")) {
            writeFile(path, seed.value());
        }
        QVERIFY2(readFile(path) == seed.value(), qPrintable(path));
    }
}

static const RegisterTest<TestMessage> registrationOfMessage;
#include "tst_message.moc"
