#include "ui/tagsmodel.h"

#include "ui/theme.h"

#include <QGuiApplication>

#include <algorithm>

namespace batchwright {

namespace {
constexpr int rebuildDelay = 100; // ms
}

bool hasVariables(const PresetPointer &preset)
{
    return preset && !preset->variables.isEmpty();
}

TagsModel::TagsModel(Session &session, QObject *parent) : QAbstractTableModel(parent), m_session(session)
{
    // Also said once after rows were removed; until then a row without its job is empty.
    connect(&session, &Session::choicesChanged, this, [this] {
        if (m_isActive) {
            rebuild();
        }
    });
    // Files come in many small parts.
    m_timer.setSingleShot(true);
    m_timer.setInterval(rebuildDelay);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_isActive) {
            rebuild();
        }
    });
    connect(&session.jobs(), &JobList::jobsAdded, this, [this] {
        if (m_isActive && !m_timer.isActive()) {
            m_timer.start();
        }
    });
    connect(&session.jobs(), &JobList::jobsChanged, this, &TagsModel::announceChanges);
}

void TagsModel::setActive(bool isActive)
{
    m_isActive = isActive;
    rebuild();
}

void TagsModel::rebuild()
{
    QVector<JobId> ids;
    QVector<VariableField> fields;
    const JobList &jobs = m_session.jobs();
    PresetPointer last;
    for (int index = 0; m_isActive && index < jobs.size(); ++index) {
        const Job &job = jobs.at(index);
        if (!job.settings || !hasVariables(job.settings->preset)) {
            continue;
        }
        ids.append(job.id);
        if (job.settings->preset == last) {
            continue;
        }
        last = job.settings->preset;
        for (const VariableField &field : last->variables) {
            const bool isThere = std::any_of(fields.cbegin(), fields.cend(), [&](const VariableField &other) {
                return other.id == field.id;
            });
            if (!isThere) {
                fields.append(field);
            }
        }
    }
    const bool isSame = ids == m_ids
                        && std::equal(fields.cbegin(), fields.cend(), m_fields.cbegin(), m_fields.cend(),
                                      [](const auto &a, const auto &b) { return a.id == b.id; });
    if (isSame) {
        return; // an option was changed: selection and a half-typed tag stay
    }
    beginResetModel();
    m_ids = ids;
    m_fields = fields;
    m_rowById.clear();
    for (int row = 0; row < m_ids.size(); ++row) {
        m_rowById.insert(m_ids.at(row), row);
    }
    endResetModel();
}

void TagsModel::announceChanges(const QVector<JobId> &ids)
{
    int first = rowCount();
    int last = -1;
    for (const JobId id : ids) {
        const int row = m_rowById.value(id, -1);
        if (row >= 0) {
            first = std::min(first, row);
            last = std::max(last, row);
        }
    }
    if (last >= 0) {
        emit dataChanged(index(first, 0), index(last, columnCount() - 1));
    }
}

int TagsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

int TagsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 1 + static_cast<int>(m_fields.size());
}

QString TagsModel::ownTag(const Job &job, const QString &variable) const
{
    return job.facts.tags.value(variable);
}

QVariant TagsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Job *job = m_session.jobs().find(m_ids.at(index.row()));
    if (!job) {
        return {};
    }
    if (index.column() == 0) {
        return role == Qt::DisplayRole   ? QVariant(job->fileName())
               : role == Qt::ToolTipRole ? QVariant(job->source)
                                         : QVariant();
    }
    const QString variable = m_fields.at(index.column() - 1).id;
    const auto value = job->variables.constFind(variable);
    const bool isEdited = value != job->variables.constEnd();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return isEdited ? *value : ownTag(*job, variable);
    case Qt::ForegroundRole:
        return isEdited ? QVariant() : QVariant(toneColor(Tone::Muted, QGuiApplication::palette()));
    case Qt::ToolTipRole:
        return !isEdited && !ownTag(*job, variable).isEmpty() ? QVariant(tr("The file's own tag"))
                                                              : QVariant();
    default:
        return {};
    }
}

bool TagsModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || !flags(index).testFlag(Qt::ItemIsEditable)) {
        return false;
    }
    if (value.toString() != data(index, Qt::EditRole).toString()) {
        m_session.setVariable(m_ids.at(index.row()), m_fields.at(index.column() - 1).id, value.toString());
        emit dataChanged(index, index);
    }
    return true;
}

QVariant TagsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnCount()) {
        return {};
    }
    return section == 0 ? tr("File") : m_fields.at(section - 1).label;
}

Qt::ItemFlags TagsModel::flags(const QModelIndex &index) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return Qt::NoItemFlags;
    }
    const Job *job = m_session.jobs().find(m_ids.at(index.row()));
    // What already runs has read its tags.
    const bool canEdit = index.column() > 0 && job && !isActive(job->state) && job->state != JobState::Done;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren
           | (canEdit ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

} // namespace batchwright
