// What is dropped or pasted, as paths.
#include "ui/mimepaths.h"

#include <QTest>
#include <QUrl>

using namespace batchwright;

class MimePathsTest final : public QObject
{
    Q_OBJECT

private slots:
    void takesFileAddresses();
    void keepsBytesThatAreNoText();
    void takesLinesOfText();
    void countsRemoteAddresses();
};

void MimePathsTest::takesFileAddresses()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QStringLiteral("/a/with space & ü%.jpg")),
                  QUrl::fromLocalFile(QStringLiteral("/b/"))});
    QVERIFY(mayHavePaths(data));
    const MimePaths paths = pathsFromMime(data);
    QCOMPARE(paths.local, (QVector<QByteArray>{"/a/with space & ü%.jpg", "/b/"}));
    QCOMPARE(paths.remote, 0);
}

void MimePathsTest::keepsBytesThatAreNoText()
{
    QMimeData data;
    data.setData(QStringLiteral("text/uri-list"), "file:///a/latin%E9.jpg\r\n");
    QCOMPARE(pathsFromMime(data).local, QVector<QByteArray>{QByteArray("/a/latin\xE9.jpg")});
}

void MimePathsTest::takesLinesOfText()
{
    QMimeData data;
    data.setText(QStringLiteral("/a/1.jpg\r\nfile:///b/2%20x.jpg\n\nsome words\n/c/ends with space \n"));
    QCOMPARE(pathsFromMime(data).local,
             (QVector<QByteArray>{"/a/1.jpg", "/b/2 x.jpg", "/c/ends with space "}));
}

void MimePathsTest::countsRemoteAddresses()
{
    QMimeData data;
    data.setUrls(
        {QUrl(QStringLiteral("https://example.org/a.jpg")), QUrl::fromLocalFile(QStringLiteral("/a"))});
    QCOMPARE(pathsFromMime(data).remote, 1);
    QCOMPARE(pathsFromMime(data).local.size(), 1);
    QMimeData nothing;
    QVERIFY(!mayHavePaths(nothing));
    QVERIFY(pathsFromMime(nothing).local.isEmpty());
}

QTEST_MAIN(MimePathsTest)
#include "tst_mimepaths.moc"
