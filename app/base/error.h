// Error: what went wrong, as a value. Made where the fault is seen, put into words for people at the
// edge: `sentence` is complete and names its subject, `advice` says what to do next (may be empty).
// Copyable, any thread.
#pragma once

#include <QString>

namespace batchwright {

/// The cause in one word. Front ends group, filter and pick exit codes by it, so the spelling that
/// errorKindName() gives is a public contract (JSON output).
enum class ErrorKind {
    None,
    NotFound,       ///< the source, or something that a job needs, is not there (any more)
    NotReadable,    ///< no permission to read
    NotWritable,    ///< the target folder refuses to be written
    NotRegularFile, ///< a FIFO, socket, device or folder where a file is needed
    EmptyInput,     ///< the source has zero bytes
    BadName,        ///< a name that cannot be used: not UTF-8, a path that climbs out, too long
    BadPreset,      ///< a preset file that cannot be read
    BadOption,      ///< an option's value is out of range or of the wrong type
    BadSheet,       ///< an album sheet or variable file that does not fit the list
    Usage,          ///< the program was called in a wrong way
    WrongKind,      ///< the preset does not take this kind of file
    NoPicture,      ///< the file holds nothing that the preset could convert
    ToolMissing,    ///< the converter program is not installed
    ToolFailed,     ///< the converter ended with an error
    ToolCrashed,    ///< the converter was ended by a signal
    DamagedInput,   ///< the source is damaged or cut short
    ResultMissing,  ///< exit 0, but no result
    ResultEmpty,    ///< exit 0, but the result has zero bytes
    ResultBad,      ///< the result is of the wrong kind, or does not open
    ResultShort,    ///< the result is shorter than the source
    SourceChanged,  ///< the source changed while it was converted
    DiskFull,       ///< no space left
    TargetExists,   ///< the final name was taken in the meantime
    Io,             ///< any other failing file operation
    Cancelled,      ///< the user stopped it
    NotSmaller,     ///< the result would not be smaller than its source, as was asked for
    TimedOut,       ///< the converter took longer, or was silent for longer, than its preset allows
    SystemBusy,     ///< the system had no process or file handle left for now; worth another try
    SandboxFailed,  ///< the sandbox could not be set up around the converter
    JournalFailed,  ///< the journal of a batch cannot be read or written
    TooLarge,       ///< the picture has more pixels than the preset allows
    OnBattery,      ///< a gentle batch waits until the computer is plugged in
    OtherDisk,      ///< a rename cannot reach the other file system; moveFile() then copies
};

/// The JSON spelling of a kind, for example "tool-missing".
QString errorKindName(ErrorKind kind);
/// The reverse; Io for a spelling that is not known.
ErrorKind errorKindFromName(const QString &name);

/// The cause in a few words for people, as a heading over several files: "The original is damaged". No full stop.
QString errorKindTitle(ErrorKind kind);

struct Error {
    ErrorKind kind = ErrorKind::None;
    QString sentence; ///< complete, for people: "There is no space left on /media/stick."
    QString advice;   ///< what to do: "Free some space or choose another folder, then retry."
    QString detail;   ///< what the system or the tool said, may be empty
};

} // namespace batchwright
