// ToolLibrary: what is shared by all presets of one converter program, read from one data file
// (resources/tools.json): which programs provide it, which package brings it, common arguments,
// environment, and which of its messages mean that the result is bad although it exits with 0.
// Immutable after load(); owned by Session, read from its thread only, except where noted.
#pragma once

#include "app/base/result.h"
#include "app/preset/preset.h"

#include <QHash>
#include <QRegularExpression>
#include <QStringList>
#include <QVector>

namespace batchwright {

/// How much of a result is looked at before it gets its name.
enum class CheckDepth {
    Quick, ///< it opens, and is as long as expected
    Full,  ///< every picture and every second of it is decoded
};

struct Tool {
    /// What a tool is when it is no program that runs once per file, but something that a worker does.
    enum class Task { None, Photo, Scan, CheckPicture };

    QString id;
    QStringList programs;                 ///< names in order of preference, looked up in PATH
    Task task = Task::None;               ///< another: the program is the worker, and comes with Batchwright
    QString package;                      ///< Debian package that brings it
    QStringList common;                   ///< arguments for {<id>.common}; may hold placeholders
    QHash<QString, QString> environment;  ///< may hold {threads}
    QVector<QRegularExpression> failures; ///< a line of its output that means failure, exit 0 or not
    QVector<QRegularExpression> damage;   ///< likewise, and the source is at fault
    QVector<QRegularExpression> warnings; ///< a line that is worth showing in the row
    bool silentFailureIsDamage = false;   ///< when it fails without a word, the source is at fault
};

class ToolLibrary final
{
public:
    /// BadPreset when the data file cannot be read.
    Outcome load(const QString &file);
    /// The same from its content; `fileName` is for the sentence. After an error the library is as it was before.
    Outcome read(const QByteArray &json, const QString &fileName);

    /// Null for a program that has no entry (any program may be used in a preset).
    const Tool *find(const QString &id) const;
    /// The absolute path of a tool or program, or ToolMissing with the package to install. The worker is looked for
    /// beside our own program first. Found once and remembered until forgetPaths(), because a look-up walks the whole PATH.
    Result<QString> resolve(const QString &toolOrProgram) const;
    void forgetPaths() { m_paths.clear(); }
    /// The command that opens a result again ({output}), by what the result is; null when there is none.
    const StepVariant *check(ResultCheck check, CheckDepth depth, const MediaInfo &result) const;

private:
    QHash<QString, Tool> m_tools;
    QHash<QPair<int, int>, Step> m_checks;   ///< by ResultCheck and CheckDepth
    mutable QHash<QString, QString> m_paths; ///< empty value: looked up, not there
};

} // namespace batchwright
