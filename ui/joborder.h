// JobOrder: which rows pass a filter and how they compare, apart from any view: a key is taken from a job where the job is,
// and keys are sorted wherever there is time. Values; keys on the thread of the list, sorting on any.
#pragma once

#include "ui/jobtablemodel.h"

#include <QSet>

#include <optional>

namespace batchwright {

enum class StateFilter { All, ToDo, Running, Done, Failed, Skipped, Stopped };

/// True when a job in this state passes.
bool passes(StateFilter filter, JobState state);

struct JobFilter {
    QStringList words; ///< each must be in the file's name or in the words of its state; case does not count
    StateFilter state = StateFilter::All;
    std::optional<QSet<JobId>> ids; ///< only these

    bool isOn() const { return !words.isEmpty() || state != StateFilter::All || ids; }
    bool accepts(const Job &job) const;
};

struct JobSorting {
    int column = -1; ///< of JobTableModel; -1: the order of the list
    Qt::SortOrder order = Qt::AscendingOrder;

    bool operator==(const JobSorting &) const = default;
};

/// What a row is compared by: by the numbers first, then by the text, where names count naturally.
struct JobKey {
    JobId id = JobId::None;
    double first = 0;
    double second = 0;
    QString path; ///< compared from `textFrom` on
    qsizetype textFrom = 0;
};

JobKey keyOf(const Job &job, int column, const JobTableModel &model);

/// Equal ones stay in the order in which they came, also backwards.
QVector<JobId> sortedIds(QVector<JobKey> keys, const JobSorting &sorting);

} // namespace batchwright
