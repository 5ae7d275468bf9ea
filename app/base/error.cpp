#include "app/base/error.h"

#include <iterator>

namespace batchwright {

QString errorKindName(ErrorKind kind)
{
    // In the order of the enumeration; the assertion holds the two together.
    static constexpr const char *names[] = {
        "none",           "not-found",      "not-readable", "not-writable",  "not-a-regular-file",
        "empty-input",    "bad-name",       "bad-preset",   "bad-option",    "bad-sheet",
        "usage",          "wrong-kind",     "no-picture",   "tool-missing",  "tool-failed",
        "tool-crashed",   "damaged-input",  "no-result",    "empty-result",  "bad-result",
        "short-result",   "source-changed", "disk-full",    "target-exists", "io",
        "cancelled",      "not-smaller",    "timed-out",    "system-busy",   "sandbox-failed",
        "journal-failed", "other-disk"};
    static_assert(std::size(names) == static_cast<size_t>(ErrorKind::OtherDisk) + 1);
    return QString::fromLatin1(names[static_cast<size_t>(kind)]);
}

} // namespace batchwright
