// The bar above the list: what it says of an import, and when it is worth a place.
#include "ui/noticebar.h"

#include <QLabel>
#include <QTest>

using namespace batchwright;

class NoticeBarTest final : public QObject
{
    Q_OBJECT

private slots:
    void shortImportsAreNotShown();
    void longImportsAreCounted();
};

void NoticeBarTest::shortImportsAreNotShown()
{
    NoticeBar bar;
    bar.showImport(64);
    QVERIFY(bar.isHidden());
    ImportReport report;
    report.added = 64;
    bar.showReport(report);
    QVERIFY(bar.isHidden());
    // What has begun to wait does not come afterwards: another message does, and stays.
    bar.showMessage(QStringLiteral("The table was saved."), Tone::Good);
    QVERIFY(!bar.isHidden());
}

void NoticeBarTest::longImportsAreCounted()
{
    NoticeBar bar;
    bar.showImport(64);
    QTRY_VERIFY(!bar.isHidden());
    const auto *text = bar.findChild<QLabel *>(QStringLiteral("noticeText"));
    QVERIFY(text->text().contains(QStringLiteral("64")));
    bar.showImport(320);
    QVERIFY(text->text().contains(QStringLiteral("320")));
    ImportReport report;
    report.added = 320;
    bar.showReport(report);
    QVERIFY(bar.isHidden());
    bar.showImport(1); // the next one waits again
    QVERIFY(bar.isHidden());
}

QTEST_MAIN(NoticeBarTest)
#include "tst_noticebar.moc"
