#include "app/job/jobcsv.h"

#include <QStringList>

#include <algorithm>

namespace batchwright {

namespace {

/// The measured columns of all presets in the list, each label once.
QStringList measuredLabels(const JobList &jobs)
{
    QStringList labels;
    for (int index = 0; index < jobs.size(); ++index) {
        const JobSettingsPointer &settings = jobs.at(index).settings;
        if (!settings || !settings->preset->measure) {
            continue;
        }
        for (const MeasureColumn &column : settings->preset->measure->columns) {
            if (!labels.contains(column.label)) {
                labels.append(column.label);
            }
        }
    }
    return labels;
}

QString measuredText(const Job &job, const QString &label)
{
    if (!job.settings || !job.settings->preset->measure) {
        return {};
    }
    const QVector<MeasureColumn> &columns = job.settings->preset->measure->columns;
    for (qsizetype index = 0; index < std::min(columns.size(), job.result().values.size()); ++index) {
        if (columns.at(index).label == label) {
            return job.result().values.at(index).toString();
        }
    }
    return {};
}

} // namespace

QString csvField(const QString &text)
{
    const bool needsQuotes =
        text.contains(u',') || text.contains(u'"') || text.contains(u'\n') || text.contains(u'\r');
    if (!needsQuotes) {
        return text;
    }
    QString inner = text;
    inner.replace(u'"', QStringLiteral("\"\""));
    return u'"' + inner + u'"';
}

QByteArray jobsAsCsv(const JobList &jobs)
{
    const QStringList labels = measuredLabels(jobs);
    QStringList header{QStringLiteral("File"),         QStringLiteral("State"),
                       QStringLiteral("Result"),       QStringLiteral("Input bytes"),
                       QStringLiteral("Output bytes"), QStringLiteral("Seconds")};
    header += labels;
    header.append(QStringLiteral("Message"));
    QString table;
    const auto appendLine = [&table](const QStringList &fields) {
        QStringList quoted;
        for (const QString &field : fields) {
            quoted.append(csvField(field));
        }
        table += quoted.join(u',') + QStringLiteral("\r\n");
    };
    appendLine(header);
    for (int index = 0; index < jobs.size(); ++index) {
        const Job &job = jobs.at(index);
        QStringList fields{job.source,
                           jobStateId(job.state),
                           job.result().outputPath,
                           QString::number(job.facts.bytes),
                           job.result().outputPath.isEmpty() ? QString()
                                                             : QString::number(job.result().outputBytes),
                           QString::number(static_cast<double>(job.result().milliseconds) / 1000, 'f', 3)};
        for (const QString &label : labels) {
            fields.append(measuredText(job, label));
        }
        fields.append(job.result().error.sentence.isEmpty() ? job.result().warnings.join(u' ')
                                                            : job.result().error.sentence);
        appendLine(fields);
    }
    return table.toUtf8();
}

} // namespace batchwright
