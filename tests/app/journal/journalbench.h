// What the tests of the journal share: rows with a preset, and a folder of runs.
#pragma once

#include "app/journal/journaldatabase.h"
#include "app/journal/runfolder.h"
#include "tests/app/support/samples.h"
#include "tests/fake/testfiles.h"

#include <QTemporaryDir>

namespace batchwright {

inline JournalRow sampleRow(quint64 id, const QString &source, const QString &target,
                            JournalState state = JournalState::Queued)
{
    static const JobSettingsPointer settings = settingsWith(
        samplePreset(
            R"([{"command": ["tool", "{input}", "{output}"]}])",
            R"([{"id": "size", "label": "Size", "type": "integer", "min": 1, "max": 100, "default": 7}])"),
        {QStringLiteral("size=42")});
    static const OutputSettingsPointer output = [] {
        OutputSettings made;
        made.exists = ExistsRule::Replace;
        made.nameTemplate = QStringLiteral("{stem} x");
        return std::make_shared<const OutputSettings>(made);
    }();
    JournalRow row;
    row.job.id = JobId{id};
    row.job.source = source;
    row.job.root = source.left(source.lastIndexOf(u'/'));
    row.job.target = target;
    row.job.planNote = QStringLiteral("A note.");
    row.job.settings = settings;
    row.job.output = output;
    row.job.facts = factsOf(MediaKind::Photo, QStringLiteral("jpeg"));
    row.job.facts.bytes = 5'000'000'000;
    row.number = static_cast<int>(id) + 100;
    row.batch = 1;
    row.state = state;
    row.job.state = jobStateOf(state);
    return row;
}

/// A result as it stands on the disk now.
inline JobResult resultAt(const QString &path)
{
    JobResult result;
    result.outputPath = path;
    result.output = *RealFileOps().status(path);
    result.outputBytes = result.output.size;
    return result;
}

/// A journal of a run that was killed: its rows are written, and nobody has its lock.
inline void writeDeadRun(const RunFolder &folder, const QString &token, const QVector<JournalRow> &rows,
                         const QHash<quint64, JournalUpdate> &updates = {},
                         const QString &temporaryFolder = {})
{
    if (!folder.make()) {
        qFatal("The folder of the runs cannot be made.");
    }
    writeFile(folder.lockFile(token), temporaryFolder.toUtf8());
    Result<std::unique_ptr<JournalDatabase>> opened =
        JournalDatabase::open(folder.journalFile(token), JournalDatabase::Access::Create);
    bool isWritten = opened && (*opened)->begin(JournalDatabase::Durability::Process)
                     && (*opened)->writeMeta(bootKey, currentBoot()) && (*opened)->writeRows(rows);
    for (auto update = updates.cbegin(); isWritten && update != updates.cend(); ++update) {
        isWritten = (*opened)->update(update.key(), *update).has_value();
    }
    if (!isWritten || !(*opened)->commit()) {
        qFatal("The journal cannot be written.");
    }
}

} // namespace batchwright
