// Small pictures of files: which are made, in which order, and what happens where there is none.
#include "app/session/thumbnails.h"
#include "tests/app/run/jobrunnerbench.h"
#include "tests/app/support/testregistry.h"

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestThumbnails : public JobRunnerBench
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void pictureIsWhatTheWorkerWrote();
    void whatIsNoPictureIsNotTaken_data();
    void whatIsNoPictureIsNotTaken();
    void failureIsNoPicture();
    void scansAreAskedForTheirOwnPicture();
    void missingFileIsNoPicture();
    void newWishesReplaceOldOnes();
    void modestWhileConvertersRun();
    void nothingIsMadeWhileHeld();

private:
    Thumbnails::Wish wish(quint64 id, MediaKind kind = MediaKind::Photo) const
    {
        return {JobId{id}, {path(u"photos/a b.dat"_s), kind, 0}};
    }
    /// With that many pixels in a row.
    static void answer(FakeExecution &execution, const QByteArray &written, int width = 1);

    std::unique_ptr<WorkerDesk> m_desk;
    std::unique_ptr<Thumbnails> m_thumbnails;
    QVector<JobId> m_made;
    PlainPicture m_picture;
};

void TestThumbnails::init()
{
    setUp();
    m_desk = std::make_unique<WorkerDesk>(*m_services, 2);
    m_thumbnails = std::make_unique<Thumbnails>(*m_desk, 2);
    m_made.clear();
    connect(m_thumbnails.get(), &Thumbnails::made, this, [this](JobId id, const PlainPicture &picture) {
        m_made.append(id);
        m_picture = picture;
    });
}

void TestThumbnails::cleanup()
{
    m_thumbnails.reset();
    m_desk.reset();
    tearDown();
}

void TestThumbnails::answer(FakeExecution &execution, const QByteArray &written, int width)
{
    QCOMPARE(::write(execution.request().task->result, written.constData(),
                     static_cast<size_t>(written.size())),
             static_cast<ssize_t>(written.size()));
    worker::DoneAnswer done;
    done.width = width;
    done.height = 1;
    ExecutionResult result;
    result.end = ExecutionResult::End::Answered;
    result.answer = done;
    execution.finish(result);
}

void TestThumbnails::pictureIsWhatTheWorkerWrote()
{
    m_target->setOnStart([](FakeExecution &execution) {
        const auto &task = std::get<worker::ThumbnailTask>(execution.request().task->request.task);
        QCOMPARE(task.longestSide, Thumbnails::longestSide);
        QVERIFY(execution.request().sandbox);
        answer(execution, "rgbRGB", 2);
    });
    m_thumbnails->want({wish(7)});
    QTRY_COMPARE(m_made, QVector<JobId>{JobId{7}});
    QCOMPARE(m_picture.pixels, "rgbRGB");
    QCOMPARE(m_picture.size, QSize(2, 1));
}

void TestThumbnails::whatIsNoPictureIsNotTaken_data()
{
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<int>("width");
    QTest::newRow("too short") << QByteArray("rgbR") << 2;
    QTest::newRow("too long") << QByteArray("rgbRGB") << 1;
    QTest::newRow("nothing") << QByteArray() << 0;
    QTest::newRow("less than nothing") << QByteArray("rgb") << -1;
    QTest::newRow("too wide") << QByteArray(3 * (Thumbnails::longestSide + 1), 'r')
                              << Thumbnails::longestSide + 1;
}

void TestThumbnails::whatIsNoPictureIsNotTaken()
{
    QFETCH(const QByteArray, written);
    QFETCH(const int, width);
    m_target->setOnStart([&](FakeExecution &execution) { answer(execution, written, width); });
    m_thumbnails->want({wish(7)});
    QTRY_COMPARE(m_made.size(), 1);
    QVERIFY(m_picture.isNull());
}

void TestThumbnails::failureIsNoPicture()
{
    m_target->setOnStart([](FakeExecution &execution) { execution.crash(11); });
    m_picture = {QSize(1, 1), "old"};
    m_thumbnails->want({wish(1)});
    QTRY_COMPARE(m_made.size(), 1);
    QVERIFY(m_picture.isNull());
}

void TestThumbnails::scansAreAskedForTheirOwnPicture()
{
    QVector<int> frames;
    m_target->setOnStart([&frames](FakeExecution &execution) {
        const auto &task = std::get<worker::ScanTask>(execution.request().task->request.task);
        QCOMPARE(task.resize.mode, worker::Resize::Mode::LongestSide);
        QCOMPARE(task.resize.width, Thumbnails::longestSide);
        frames.append(task.frame);
        answer(execution, "rgb");
    });
    Thumbnails::Wish third = wish(2, MediaKind::Dicom);
    third.file.picture = 3;
    m_thumbnails->want({wish(1, MediaKind::Dicom), third});
    QTRY_COMPARE(m_made.size(), 2);
    QCOMPARE(frames, QVector<int>({1, 3})); // the first, where nothing says which
    QCOMPARE(m_picture.pixels, "rgb");
}

void TestThumbnails::missingFileIsNoPicture()
{
    m_thumbnails->want({{JobId{1}, {path(u"gone.jpg"_s)}}});
    QTRY_COMPARE(m_made.size(), 1);
    QVERIFY(m_picture.isNull());
    QVERIFY(m_target->requests().isEmpty());
}

void TestThumbnails::newWishesReplaceOldOnes()
{
    m_thumbnails->want({wish(1), wish(2), wish(3), wish(4)});
    QTRY_COMPARE(m_target->runningCount(), 2);
    m_thumbnails->want({wish(1), wish(2), wish(5)}); // 1 and 2 are under way, 3 and 4 scrolled away
    answer(*m_target->running().first(), "rgb");
    QTRY_COMPARE(m_target->startedCount(), 3);
    while (m_target->runningCount() > 0) {
        answer(*m_target->running().first(), "rgb");
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(m_made.size(), 3);
    std::sort(m_made.begin(), m_made.end());
    QCOMPARE(m_made, (QVector<JobId>{JobId{1}, JobId{2}, JobId{5}}));
}

void TestThumbnails::modestWhileConvertersRun()
{
    m_thumbnails->setModest(true);
    m_thumbnails->want({wish(1), wish(2)});
    QTRY_COMPARE(m_target->runningCount(), 1);
    m_thumbnails->setModest(false);
    QTRY_COMPARE(m_target->runningCount(), 2);
}

void TestThumbnails::nothingIsMadeWhileHeld()
{
    m_thumbnails->hold();
    m_thumbnails->want({wish(1)});
    QCoreApplication::processEvents();
    QVERIFY(m_target->requests().isEmpty());
    m_thumbnails->release();
    QTRY_COMPARE(m_target->runningCount(), 1);
}

static const RegisterTest<TestThumbnails> registrationOfThumbnails;

} // namespace batchwright

#include "tst_thumbnails.moc"
