#include "app/session/trialforecast.h"

#include <QHash>
#include <QMap>
#include <QSet>

#include <algorithm>
#include <cmath>

namespace batchwright {

namespace {

/// Places in a list that is sorted by size, evenly spread with both ends; one alone is the middle.
QVector<qsizetype> spreadPlaces(qsizetype size, int count)
{
    if (count == 1) {
        return {(size - 1) / 2};
    }
    QVector<qsizetype> places;
    for (int number = 0; number < count; ++number) {
        places.append((size - 1) * number / (count - 1));
    }
    return places;
}

/// How many of each group, which are sorted by their number of files, the most first.
QVector<int> sharesOf(const QVector<QVector<TrialFile>> &groups, int most)
{
    QVector<int> shares(groups.size(), 0);
    bool isGiven = true;
    while (most > 0 && isGiven) {
        isGiven = false;
        for (qsizetype group = 0; group < groups.size() && most > 0; ++group) {
            if (shares.at(group) < groups.at(group).size()) {
                ++shares[group];
                --most;
                isGiven = true;
            }
        }
    }
    return shares;
}

/// `points`: sizes before and after, of one group.
double expectedAfter(qint64 bytes, const QMap<qint64, double> &points)
{
    const auto proportional = [bytes](const QMap<qint64, double>::const_iterator &nearest) {
        return nearest.key() > 0 ? double(bytes) * nearest.value() / double(nearest.key()) : nearest.value();
    };
    const auto above = points.lowerBound(bytes);
    if (above == points.cend()) {
        return proportional(std::prev(above));
    }
    if (above.key() == bytes || above == points.cbegin()) {
        return proportional(above);
    }
    const auto below = std::prev(above);
    const double place = double(bytes - below.key()) / double(above.key() - below.key());
    return below.value() + place * (above.value() - below.value());
}

/// Files of one size that came out differently count with their mean.
QHash<int, QMap<qint64, double>> pointsByGroup(const QVector<TriedSize> &tried)
{
    QHash<int, QMap<qint64, double>> points;
    QHash<int, QMap<qint64, int>> counts;
    for (const TriedSize &one : tried) {
        double &after = points[one.group][one.before];
        const int count = ++counts[one.group][one.before];
        after += (double(one.after) - after) / count;
    }
    return points;
}

} // namespace

QVector<JobId> chooseForTrial(const QVector<TrialFile> &files, int most)
{
    QVector<QVector<TrialFile>> groups;
    QHash<int, qsizetype> places;
    for (const TrialFile &file : files) {
        if (!places.contains(file.group)) {
            places.insert(file.group, groups.size());
            groups.append(QVector<TrialFile>());
        }
        groups[places.value(file.group)].append(file);
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const auto &one, const auto &other) { return one.size() > other.size(); });
    const QVector<int> shares = sharesOf(groups, most);
    QSet<JobId> chosen;
    for (qsizetype group = 0; group < groups.size(); ++group) {
        std::stable_sort(groups[group].begin(), groups[group].end(),
                         [](const TrialFile &one, const TrialFile &other) {
                             return one.bytes < other.bytes;
                         });
        if (shares.at(group) > 0) {
            for (const qsizetype place : spreadPlaces(groups.at(group).size(), shares.at(group))) {
                chosen.insert(groups.at(group).at(place).id);
            }
        }
    }
    QVector<JobId> ids;
    for (const TrialFile &file : files) {
        if (chosen.contains(file.id)) {
            ids.append(file.id);
        }
    }
    return ids;
}

TrialForecast forecastFrom(const QVector<TrialFile> &files, const QVector<TriedSize> &tried)
{
    const QHash<int, QMap<qint64, double>> points = pointsByGroup(tried);
    TrialForecast forecast;
    double after = 0;
    for (const TrialFile &file : files) {
        const auto known = points.constFind(file.group);
        if (known == points.cend()) {
            ++forecast.unknown;
            continue;
        }
        ++forecast.files;
        forecast.before += file.bytes;
        after += expectedAfter(file.bytes, *known);
    }
    forecast.after = std::llround(after);
    return forecast;
}

} // namespace batchwright
