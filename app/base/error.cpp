#include "app/base/error.h"

#include <algorithm>
#include <iterator>

namespace batchwright {

namespace {

// In the order of the enumeration; the assertion holds the two together.
constexpr const char *kindNames[] = {
    "none",           "not-found",      "not-readable", "not-writable",  "not-a-regular-file",
    "empty-input",    "bad-name",       "bad-preset",   "bad-option",    "bad-sheet",
    "usage",          "wrong-kind",     "no-picture",   "tool-missing",  "tool-failed",
    "tool-crashed",   "damaged-input",  "no-result",    "empty-result",  "bad-result",
    "short-result",   "source-changed", "disk-full",    "target-exists", "io",
    "cancelled",      "not-smaller",    "timed-out",    "system-busy",   "sandbox-failed",
    "journal-failed", "too-large",      "on-battery",   "other-disk"};
static_assert(std::size(kindNames) == static_cast<size_t>(ErrorKind::OtherDisk) + 1);

} // namespace

QString errorKindName(ErrorKind kind)
{
    return QString::fromLatin1(kindNames[static_cast<size_t>(kind)]);
}

ErrorKind errorKindFromName(const QString &name)
{
    const auto found = std::find_if(std::begin(kindNames), std::end(kindNames),
                                    [&](const char *known) { return name == QLatin1String(known); });
    return found == std::end(kindNames) ? ErrorKind::Io
                                        : static_cast<ErrorKind>(found - std::begin(kindNames));
}

QString errorKindTitle(ErrorKind kind)
{
    static constexpr const char *titles[] = {
        "Nothing went wrong",
        "The file is not there any more",
        "The file may not be read",
        "The folder for the results cannot be written",
        "It is not an ordinary file",
        "The file is empty",
        "The name cannot be used",
        "The preset has a mistake",
        "An option has a value that does not fit",
        "The album sheet does not fit",
        "The program was called in a wrong way",
        "The preset does not take this kind of file",
        "There is nothing in it to convert",
        "A converter is not installed",
        "The converter failed",
        "The converter crashed",
        "The original is damaged",
        "The converter made no file",
        "The converter made an empty file",
        "The result is not good",
        "The result was not written whole",
        "The original changed meanwhile",
        "No space was left",
        "The name of the result was taken",
        "The disk or the network made an error",
        "Stopped",
        "The result would not be smaller",
        "The converter took too long",
        "The system was too busy",
        "The sandbox could not be set up",
        "The journal cannot be read or written",
        "The picture is too large",
        "The computer runs on its battery",
        "The place is on another disk",
    };
    static_assert(std::size(titles) == static_cast<size_t>(ErrorKind::OtherDisk) + 1);
    return QString::fromLatin1(titles[static_cast<size_t>(kind)]);
}

} // namespace batchwright
