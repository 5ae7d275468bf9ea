#include "app/base/error.h"

#include <algorithm>
#include <iterator>

namespace batchwright {

namespace {

// In the order of the enumeration; the assertion holds the two together.
constexpr const char *names[] = {
    "none",          "not-found",      "not-readable", "not-writable",  "not-a-regular-file",
    "empty-input",   "bad-name",       "bad-preset",   "bad-option",    "bad-sheet",
    "usage",         "wrong-kind",     "no-picture",   "tool-missing",  "tool-failed",
    "tool-crashed",  "damaged-input",  "no-result",    "empty-result",  "bad-result",
    "short-result",  "source-changed", "disk-full",    "target-exists", "io",
    "cancelled",     "not-smaller",    "timed-out",    "system-busy",   "sandbox-failed",
    "journal-failed"};
static_assert(std::size(names) == static_cast<size_t>(ErrorKind::JournalFailed) + 1);

} // namespace

QString errorKindName(ErrorKind kind)
{
    return QString::fromLatin1(names[static_cast<size_t>(kind)]);
}

ErrorKind errorKindFromName(const QString &name)
{
    const auto found = std::find_if(std::begin(names), std::end(names),
                                    [&](const char *known) { return name == QLatin1String(known); });
    return found == std::end(names) ? ErrorKind::Io : static_cast<ErrorKind>(found - std::begin(names));
}

} // namespace batchwright
