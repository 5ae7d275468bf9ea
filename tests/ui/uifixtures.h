// What several window tests build: presets, jobs, a session that leaves no trace.
#pragma once

#include "app/session/session.h"

#include <QFile>
#include <QTemporaryDir>

namespace batchwright {

inline Job makeJob(const QString &path, qint64 bytes = 1000, MediaKind kind = MediaKind::Photo)
{
    Job job;
    job.source = path;
    job.root = QStringLiteral("/");
    job.facts.kind = kind;
    job.facts.format = QStringLiteral("jpeg");
    job.facts.formatText = QStringLiteral("JPEG image");
    job.facts.bytes = bytes;
    return job;
}

inline PresetPointer makePreset(const QString &id, const QString &group, const QStringList &kinds)
{
    auto preset = std::make_shared<Preset>();
    preset->id = id;
    preset->name = id.toUpper();
    preset->group = group;
    preset->about = QStringLiteral("About %1.").arg(id);
    preset->kinds = kinds;
    preset->output = OutputRule{};
    return preset;
}

/// Measures lines and words.
inline PresetPointer makeMeasuringPreset()
{
    auto preset = std::make_shared<Preset>();
    preset->id = QStringLiteral("count");
    preset->name = QStringLiteral("Count");
    preset->group = QStringLiteral("Text");
    preset->kinds = {QStringLiteral("any")};
    preset->measure = MeasureRule{QRegularExpression(),
                                  {{QStringLiteral("lines"), QStringLiteral("Lines"), ColumnType::Integer},
                                   {QStringLiteral("words"), QStringLiteral("Words"), ColumnType::Integer}}};
    return preset;
}

inline JobSettingsPointer settingsFor(const PresetPointer &preset)
{
    return std::make_shared<const JobSettings>(JobSettings{preset, {}});
}

/// Through the states that lead there.
inline void endJob(JobList &jobs, JobId id, JobState state, const JobResult &result)
{
    jobs.setState(id, JobState::Queued);
    jobs.setState(id, JobState::Running);
    if (state == JobState::Done) {
        jobs.setState(id, JobState::Finishing);
    }
    jobs.finish(id, state, result);
    jobs.flush();
}

/// A session with the built-in presets, whose settings are not saved.
struct SessionFixture {
    QTemporaryDir folder;
    Session session{pathsIn(folder), Settings{}};

    static Session::Paths pathsIn(const QTemporaryDir &folder)
    {
        Session::Paths paths;
        paths.userPresets = folder.filePath(QStringLiteral("presets"));
        paths.runFolder = folder.filePath(QStringLiteral("state/runs"));
        paths.cacheFolder = folder.filePath(QStringLiteral("cache"));
        paths.powerFolder = folder.filePath(QStringLiteral("power"));
        return paths;
    }

    QString writeFile(const QString &name, const QByteArray &content)
    {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() ? file.fileName()
                                                                                        : QString();
    }
};

} // namespace batchwright
