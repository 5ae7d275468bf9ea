#include "app/base/keptthreads.h"

#include <QSemaphore>
#include <QThreadPool>

#include <atomic>
#include <memory>

namespace batchwright {

void keepThreads(QThreadPool &pool)
{
    struct Meeting {
        std::atomic<int> missing;
        QSemaphore all;
    };
    constexpr int patience = 1000; // ms; one that could not be made is not waited for for ever
    pool.setExpiryTimeout(-1);
    const int count = pool.maxThreadCount();
    const auto meeting = std::make_shared<Meeting>();
    meeting->missing = count;
    for (int number = 0; number < count; ++number) {
        // Each waits for the others, so that none does the part of two.
        pool.start([meeting, count] {
            if (--meeting->missing == 0) {
                meeting->all.release(count + 1);
            }
            static_cast<void>(meeting->all.tryAcquire(1, patience));
        });
    }
    static_cast<void>(meeting->all.tryAcquire(1, patience));
}

} // namespace batchwright
