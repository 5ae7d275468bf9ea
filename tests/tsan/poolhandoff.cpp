// For the thread sanitizer only: tells it that QThreadPool::start() hands the work over to the thread that runs it. Qt
// does that under a lock of its own, which the sanitizer cannot see, because Qt is not built for it; without this every
// value that a pool thread is given would be reported. Our calls of start() come here (the program's own functions go
// before those of a library) and go on to Qt's.
#include <QRunnable>
#include <QThreadPool>

#include <dlfcn.h>
#include <functional>
#include <sanitizer/tsan_interface.h>
#include <utility>

namespace {

/// Runs the work after what was written before start() is known here. Owned by the pool.
class HandedOver final : public QRunnable
{
public:
    explicit HandedOver(QRunnable *work) : m_work(work), m_isOurs(work->autoDelete()) {}
    ~HandedOver() override
    {
        if (m_isOurs) {
            delete m_work;
        }
    }
    void run() override
    {
        __tsan_acquire(this);
        m_work->run();
    }

private:
    QRunnable *m_work;
    bool m_isOurs;
};

} // namespace

void QThreadPool::start(QRunnable *runnable, int priority)
{
    using Start = void (*)(QThreadPool *, QRunnable *, int);
    static const auto start =
        reinterpret_cast<Start>(dlsym(RTLD_NEXT, "_ZN11QThreadPool5startEP9QRunnablei"));
    auto *work = new HandedOver(runnable);
    __tsan_release(work);
    start(this, work, priority);
}

/// The same for work that is a function.
void QThreadPool::start(std::function<void()> function, int priority)
{
    start(QRunnable::create(std::move(function)), priority);
}
