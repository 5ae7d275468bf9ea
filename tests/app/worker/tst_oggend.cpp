// Whether an Ogg file has its end.
#include "app/worker/oggend.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace batchwright;
using namespace batchwright::worker;

namespace {

/// A page with that many bytes in one segment.
QByteArray oggPage(char flags, int bytes)
{
    return QByteArray("OggS\0", 5) + flags + QByteArray(20, '\0') + '\1' + static_cast<char>(bytes)
           + QByteArray(bytes, 'x');
}

} // namespace

class TestOggEnd final : public QObject
{
    Q_OBJECT

private slots:
    void ends_data();
    void ends();
};

void TestOggEnd::ends_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("expected");
    const QByteArray first = oggPage(2, 30);
    const QByteArray middle = oggPage(0, 200);
    const QByteArray last = oggPage(4, 100);
    const auto row = [](const char *name, const QByteArray &content, OggEnd expected) {
        QTest::newRow(name) << content << static_cast<int>(expected);
    };
    row("whole", first + middle + last, OggEnd::Whole);
    row("not marked", first + middle, OggEnd::NotMarked);
    row("cut in a page", first + middle + last.chopped(10), OggEnd::Cut);
    row("cut in a header", first + middle + last.left(20), OggEnd::Cut);
    row("something else", "RIFF and so on, no Ogg at all", OggEnd::Unknown);
    row("empty", QByteArray(), OggEnd::Unknown);
}

void TestOggEnd::ends()
{
    QFETCH(const QByteArray, content);
    QTEST(static_cast<int>(oggEndOf(content)), "expected");
}

static const RegisterTest<TestOggEnd> registrationOfOggEnd;

#include "tst_oggend.moc"
