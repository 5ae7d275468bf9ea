// whenDone(): what a pool thread found out, handed to an object on its own thread. QFuture::then() with a context
// object is not used: in Qt 6.4 it asserts when the object is gone by the time the future finishes.
#pragma once

#include <QFuture>
#include <QFutureWatcher>

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

} // namespace batchwright
