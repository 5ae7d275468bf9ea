// whenDone(): what a pool thread found out, handed to an object on its own thread. QFuture::then() with a context
// object is not used: in Qt 6.4 it asserts when the object is gone by the time the future finishes.
// runOnPool(): the same in one, without a future.
#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QPointer>
#include <QThreadPool>

#include <utility>

namespace batchwright {

/// Calls next(value) from the event loop of `context`'s thread (which is the caller's), never from in here; not at
/// all when `context` is gone or the future was cancelled. The value dies with the context then.
template<typename T, typename Next>
void whenDone(const QFuture<T> &future, QObject *context, Next next)
{
    auto *watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcher<T>::finished, context,
                     [watcher, next = std::move(next)]() mutable {
                         watcher->deleteLater();
                         if (watcher->future().resultCount() > 0) {
                             next(watcher->result());
                         }
                     });
    watcher->setFuture(future);
}

/// Runs `function` on the pool, then calls next(value) like whenDone(); the pool lives in the caller's thread. For what every
/// job does, several times: it costs one event, a future and its watcher cost several.
template<typename Function, typename Next>
void runOnPool(QThreadPool &pool, QObject *context, Function function, Next next)
{
    pool.start([&pool, guard = QPointer<QObject>(context), function = std::move(function),
                next = std::move(next)]() mutable {
        // By way of the pool, which is there for as long as its threads are; the context may go at any time.
        QMetaObject::invokeMethod(
            &pool,
            [guard = std::move(guard), next = std::move(next), value = function()]() mutable {
                if (guard) {
                    next(value);
                }
            },
            Qt::QueuedConnection);
    });
}

} // namespace batchwright
