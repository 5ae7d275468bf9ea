#include "app/base/whendone.h"
#include "tests/app/support/testregistry.h"

#include <QPromise>
#include <QThread>
#include <QtTest>

namespace batchwright {

class TestWhenDone : public QObject
{
    Q_OBJECT

private slots:
    void neverInsideTheCall();
    void fromAnotherThread();
    void notWhenTheContextIsGone();
    void notWhenCancelled();
    void contextMayDieInside();
};

void TestWhenDone::neverInsideTheCall()
{
    int got = 0;
    whenDone(QtFuture::makeReadyFuture(7), this, [&](int value) { got = value; });
    QCOMPARE(got, 0);
    QTRY_COMPARE(got, 7);
}

void TestWhenDone::fromAnotherThread()
{
    QPromise<int> promise;
    promise.start();
    int got = 0;
    QThread *where = nullptr;
    whenDone(promise.future(), this, [&](int value) {
        got = value;
        where = QThread::currentThread();
    });
    const std::unique_ptr<QThread> other(QThread::create([&] {
        promise.addResult(7);
        promise.finish();
    }));
    other->start();
    QTRY_COMPARE(got, 7);
    QCOMPARE(where, thread());
    QVERIFY(other->wait());
}

void TestWhenDone::notWhenTheContextIsGone()
{
    QPromise<int> promise;
    promise.start();
    int calls = 0;
    {
        QObject context;
        whenDone(promise.future(), &context, [&](int) { ++calls; });
    }
    promise.addResult(7);
    promise.finish();
    // What comes later has been delivered: so would that have been.
    bool isLater = false;
    whenDone(promise.future(), this, [&](int) { isLater = true; });
    QTRY_VERIFY(isLater);
    QCOMPARE(calls, 0);
}

void TestWhenDone::notWhenCancelled()
{
    int calls = 0;
    QFuture<int> future;
    {
        QPromise<int> promise; // dropped without a result, as by a prober that ends
        promise.start();
        future = promise.future();
        whenDone(future, this, [&](int) { ++calls; });
    }
    QVERIFY(future.isCanceled());
    bool isLater = false;
    whenDone(QtFuture::makeReadyFuture(1), this, [&](int) { isLater = true; });
    QTRY_VERIFY(isLater);
    QCOMPARE(calls, 0);
}

void TestWhenDone::contextMayDieInside()
{
    auto *context = new QObject;
    bool isGone = false;
    connect(context, &QObject::destroyed, this, [&] { isGone = true; });
    whenDone(QtFuture::makeReadyFuture(1), context, [context](int) { context->deleteLater(); });
    QTRY_VERIFY(isGone);
}

static const RegisterTest<TestWhenDone> registrationOfWhenDone;

} // namespace batchwright

#include "tst_whendone.moc"
