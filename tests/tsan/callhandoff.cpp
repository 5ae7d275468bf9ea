// For the thread sanitizer only: tells it that QMetaObject::invokeMethod() hands a functor over to the thread that calls
// it. Qt does that under the lock of that thread's event queue, which the sanitizer cannot see, because Qt is not built
// for it; without this whatever a functor holds could be reported. Calls from the program's own code come here (its
// functions go before those of a library) and go on to Qt's.
#include <QMetaObject>

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

namespace {

using QtPrivate::QSlotObjectBase;

/// Calls the functor after what was written before invokeMethod() is known here. Owned by Qt's count of its holders, the
/// last of which may be either thread.
class HandedCall final : public QSlotObjectBase
{
public:
    explicit HandedCall(QSlotObjectBase *functor) : QSlotObjectBase(&does), m_functor(functor) {}

private:
    static void does(int what, QSlotObjectBase *base, QObject *receiver, void **arguments, bool *)
    {
        auto *self = static_cast<HandedCall *>(base);
        __tsan_acquire(self);
        if (what == Call) {
            self->m_functor->call(receiver, arguments);
            __tsan_release(self);
        } else if (what == Destroy) {
            self->m_functor->destroyIfLastRef();
            delete self;
        }
    }

    QSlotObjectBase *m_functor;
};

} // namespace

bool QMetaObject::invokeMethodImpl(QObject *object, QSlotObjectBase *slot, Qt::ConnectionType type,
                                   void *result)
{
    using Invoke = bool (*)(QObject *, QSlotObjectBase *, Qt::ConnectionType, void *);
    static const auto invoke = reinterpret_cast<Invoke>(dlsym(
        RTLD_NEXT,
        "_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv"));
    auto *call = new HandedCall(slot);
    __tsan_release(call);
    return invoke(object, call, type, result);
}
