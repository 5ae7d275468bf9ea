#include "app/schedule/workmodel.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace batchwright {

namespace {

constexpr double serialShare = 0.1;
constexpr qsizetype keptObservations =
    15; ///< enough for a steady median, few enough to follow a change of options
constexpr double leastUnits = 1e-3;

/// What a program takes before it has opened anything, with its libraries' tables and the buffers of a decoder.
constexpr double baseBytes = 64e6;
/// Of a picture: ImageMagick holds eight bytes for each pixel, libvips up to six when it must turn it.
constexpr double bytesPerPhotoMegapixel = 9e6;
/// Of a film: an encoder keeps some fifty frames to look ahead, in several forms. A rough guess, as the one above.
constexpr double bytesPerVideoMegapixel = 200e6;
constexpr double usualVideoMegapixels = 2; // 1080p, of a film that nobody looked into
/// Jobs of one kind differ: that much more is set aside than the largest one took.
constexpr double memoryMargin = 1.1;

/// What jobs of a kind are measured in, and how long a unit takes on one core before any was seen: rough guesses, which the
/// first jobs replace.
struct Measure {
    double units;
    double guess;
    double frame;             ///< megapixels of one picture
    double bytesPerMegapixel; ///< of memory, as a guess
};

Measure measureOf(const MediaInfo &facts)
{
    const double megabytes = static_cast<double>(facts.bytes) / 1e6;
    const double megapixels = static_cast<double>(facts.width) * facts.height / 1e6;
    const double seconds = static_cast<double>(facts.durationMilliseconds) / 1000;
    switch (facts.kind) {
    case MediaKind::Photo:
    case MediaKind::Dicom: {
        // Of a file that nobody looked into: a camera's JPEG has about a third of a byte for each pixel.
        constexpr double megapixelsPerMegabyte = 3;
        // A scan gives one of its pictures: the others are jobs of their own.
        const int pages = facts.kind == MediaKind::Dicom ? 1 : std::max(1, facts.pages);
        const double known = megapixels * pages;
        const double guessed = megabytes * megapixelsPerMegabyte;
        return {known > 0 ? known : guessed, 0.02, megapixels > 0 ? megapixels : guessed,
                bytesPerPhotoMegapixel};
    }
    case MediaKind::Video: {
        constexpr double framesPerSecond = 25;
        constexpr double unitsPerMegabyte = 50; // 8 Mbit/s for 1080p
        const double frames = seconds * (facts.frameRate > 0 ? facts.frameRate : framesPerSecond);
        return {megapixels * frames > 0 ? megapixels * frames : megabytes * unitsPerMegabyte, 0.01,
                megapixels > 0 ? megapixels : usualVideoMegapixels, bytesPerVideoMegapixel};
    }
    case MediaKind::Audio: {
        constexpr double secondsPerMegabyte = 15; // between WAV and MP3
        return {seconds > 0 ? seconds : megabytes * secondsPerMegabyte, 0.01, 0, 0};
    }
    default:
        return {megabytes, 0.02, 0, 0};
    }
}

/// Rows of macroblocks that an encoder's threads can work on side by side (the figures that Av1an begins with).
int mostVideoThreads(double megapixels)
{
    return megapixels <= 0 ? 8 : megapixels < 0.5 ? 4 : megapixels < 1.5 ? 6 : megapixels < 4 ? 8 : 16;
}

double medianOf(QVector<double> values)
{
    const auto middle = values.begin() + values.size() / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace

double shareOfTime(int threads)
{
    return serialShare + (1 - serialShare) / std::max(1, threads);
}

Work WorkModel::measure(const Job &job)
{
    const Preset &preset = *job.settings->preset;
    const Measure measure = measureOf(job.facts);
    Work work;
    work.group = groupFor(preset.id + u' ' + mediaKindId(job.facts.kind), measure.guess);
    m_groups[work.group].bytesPerMegapixel = measure.bytesPerMegapixel;
    work.units = std::max(leastUnits, measure.units);
    work.megapixels = measure.frame;
    const int threads = preset.threads();
    work.leastThreads = std::max(1, threads);
    work.mostThreads = threads > 0 ? threads
                       : job.facts.kind == MediaKind::Video
                           ? mostVideoThreads(static_cast<double>(job.facts.width) * job.facts.height / 1e6)
                           : 1024;
    return work;
}

int WorkModel::groupFor(const QString &key, double guess)
{
    const auto known = m_numbers.constFind(key);
    if (known != m_numbers.cend()) {
        return *known;
    }
    Group group;
    group.key = key;
    group.guess = m_remembered.value(key, guess);
    group.rate = group.guess;
    group.earlier = m_rememberedJobs.value(key);
    if (m_rememberedAppetites.contains(key)) {
        group.appetites.append(m_rememberedAppetites.value(key));
    }
    m_groups.append(group);
    m_numbers.insert(key, static_cast<int>(m_groups.size()) - 1);
    return static_cast<int>(m_groups.size()) - 1;
}

double WorkModel::seconds(const Work &work, int threads) const
{
    const double rate = work.group < m_groups.size() ? m_groups.at(work.group).rate : 1;
    return work.units * rate * shareOfTime(std::min(threads, work.mostThreads));
}

double WorkModel::expectedSeconds(int group, const WorkSum &work) const
{
    if (!isSeen(group)) {
        return seconds(Work{group, work.units()});
    }
    const Group &known = m_groups.at(group);
    const double exponent = known.slope.value();
    const double now = known.seenSeconds / known.seen.power(exponent);
    if (known.earlier.units <= 0) {
        return now * work.power(exponent);
    }
    constexpr double weight = 3;      // jobs
    constexpr double mostWrong = 1.5; // times; few jobs alone may differ so much by chance
    const double power = std::pow(known.earlier.units, exponent);
    const double before = known.earlier.seconds / power;
    const bool isWrong = now > before * mostWrong || before > now * mostWrong;
    const double both =
        (known.seenSeconds + weight * known.earlier.seconds) / (known.seen.power(exponent) + weight * power);
    return (isWrong ? now : both) * work.power(exponent);
}

/// Of this batch or, where it had none of them, of earlier ones.
WorkModel::Earlier WorkModel::usualJob(const Group &group)
{
    if (group.newest.isEmpty()) {
        return group.earlier;
    }
    const double exponent = group.slope.value();
    const double units = group.seen.geometricMean();
    return {units, group.seenSeconds / group.seen.power(exponent) * std::pow(units, exponent)};
}

void WorkModel::Slope::add(double units, double seconds, double part)
{
    const double workLog = std::log(units);
    const double timeLog = std::log(seconds);
    count += part;
    works += part * workLog;
    times += part * timeLog;
    workSquares += part * workLog * workLog;
    products += part * workLog * timeLog;
}

double WorkModel::Slope::value() const
{
    // What is usual, and as many squares of logarithms as the jobs must bring to outweigh it.
    constexpr double usual = 0.92;
    constexpr double inertia = 8;
    constexpr double least = 0.6;
    if (count <= 0) {
        return 1;
    }
    const double spread = std::max(0.0, workSquares - works * works / count);
    const double common = products - works * times / count;
    return std::clamp((common + usual * inertia) / (spread + inertia), least, 1.0);
}

void WorkModel::learn(const Work &work, int threads, double seconds)
{
    if (work.group >= m_groups.size() || !(seconds > 0) || !std::isfinite(seconds)) {
        return;
    }
    Group &group = m_groups[work.group];
    const double onOneCore = seconds / shareOfTime(std::min(threads, work.mostThreads));
    group.newest.append(onOneCore / work.units);
    group.seen.add(work.units);
    group.slope.add(work.units, onOneCore, 1);
    group.seenSeconds += onOneCore;
    if (group.newest.size() > keptObservations) {
        group.newest.removeFirst();
    }
    group.rate = medianOf(group.newest);
    constexpr qsizetype enough = 3; // to see how much they differ
    if (group.newest.size() >= enough) {
        const double slowest = *std::max_element(group.newest.cbegin(), group.newest.cend());
        group.caution = std::clamp(slowest / group.rate, 1.0, mostCaution);
    }
}

void WorkModel::countRunning(const Work &work, int threads, double seconds, double fraction)
{
    if (work.group < m_groups.size()) {
        Group &group = m_groups[work.group];
        const double onOneCore = seconds / shareOfTime(std::min(threads, work.mostThreads));
        group.seen.add(work.units, fraction);
        group.slope.add(work.units, std::max(1e-6, onOneCore / fraction), fraction);
        group.seenSeconds += onOneCore;
    }
}

qint64 WorkModel::bytes(const Work &work) const
{
    constexpr double most = 1e18; // a header may claim any size
    if (work.group >= m_groups.size()) {
        return 0;
    }
    const Group &group = m_groups.at(work.group);
    // Of much smaller pictures nothing follows: what they took is the program itself.
    constexpr double comparable = 0.25;
    double perMegapixel = 0;
    double least = 0;
    bool isKnown = false;
    for (const Appetite &seen : group.appetites) {
        if (seen.megapixels >= comparable * work.megapixels) {
            isKnown = true;
            const double above = std::max(0.0, static_cast<double>(seen.bytes) - baseBytes);
            perMegapixel = std::max(perMegapixel, seen.megapixels > 0 ? above / seen.megapixels : 0);
            least = std::max(least, work.megapixels > 0 ? 0.0 : static_cast<double>(seen.bytes));
        }
    }
    const double rate = isKnown ? perMegapixel * memoryMargin : group.bytesPerMegapixel;
    const double expected = std::max(baseBytes + rate * work.megapixels, least * memoryMargin);
    return static_cast<qint64>(std::min(expected, most));
}

void WorkModel::learnBytes(const Work &work, qint64 bytes)
{
    if (work.group >= m_groups.size() || bytes <= 0) {
        return;
    }
    QVector<Appetite> &appetites = m_groups[work.group].appetites;
    appetites.append({work.megapixels, bytes});
    if (appetites.size() > keptObservations) {
        const bool firstIsLargest =
            std::all_of(appetites.cbegin() + 1, appetites.cend(), [&](const Appetite &other) {
                return other.megapixels < appetites.first().megapixels;
            });
        appetites.removeAt(firstIsLargest ? 1 : 0);
    }
}

void WorkModel::learnUse(const Work &work, double cpuSeconds, double seconds)
{
    if (work.group >= m_groups.size() || !(seconds > 0)) {
        return;
    }
    QVector<double> &uses = m_groups[work.group].uses;
    uses.append(cpuSeconds / seconds);
    if (uses.size() > keptObservations) {
        uses.removeFirst();
    }
}

bool WorkModel::isDiskBound(int group) const
{
    constexpr qsizetype enough = 3; // the first one of a batch reads programs and folders too
    constexpr double muchWaiting = 0.5;
    return group < m_groups.size() && m_groups.at(group).uses.size() >= enough
           && medianOf(m_groups.at(group).uses) < muchWaiting;
}

double WorkModel::caution(int group) const
{
    return group < m_groups.size() ? m_groups.at(group).caution : mostCaution;
}

int WorkModel::observations(int group) const
{
    return group < m_groups.size() ? static_cast<int>(m_groups.at(group).newest.size()) : 0;
}

bool WorkModel::isSeen(int group) const
{
    return group < m_groups.size() && !m_groups.at(group).seen.isEmpty();
}

QByteArray WorkModel::toJson() const
{
    QJsonObject speeds;
    for (auto speed = m_remembered.cbegin(); speed != m_remembered.cend(); ++speed) {
        speeds.insert(speed.key(), speed.value());
    }
    QJsonObject jobs;
    const auto keepJob = [&jobs](const QString &key, const Earlier &job) {
        if (job.units > 0) {
            jobs.insert(key, QJsonObject{{QStringLiteral("units"), job.units},
                                         {QStringLiteral("seconds"), job.seconds}});
        }
    };
    for (auto known = m_rememberedJobs.cbegin(); known != m_rememberedJobs.cend(); ++known) {
        keepJob(known.key(), known.value());
    }
    for (const Group &group : m_groups) {
        keepJob(group.key, usualJob(group));
        if (!group.newest.isEmpty()) {
            speeds.insert(group.key, group.rate);
        }
    }
    QJsonObject appetites;
    const auto keep = [&appetites](const QString &key, const Appetite &appetite) {
        appetites.insert(key, QJsonObject{{QStringLiteral("megapixels"), appetite.megapixels},
                                          {QStringLiteral("bytes"), static_cast<double>(appetite.bytes)}});
    };
    for (auto known = m_rememberedAppetites.cbegin(); known != m_rememberedAppetites.cend(); ++known) {
        keep(known.key(), known.value());
    }
    for (const Group &group : m_groups) {
        const auto largest = std::max_element(group.appetites.cbegin(), group.appetites.cend(),
                                              [](const Appetite &one, const Appetite &other) {
                                                  return one.megapixels < other.megapixels;
                                              });
        if (largest != group.appetites.cend()) {
            keep(group.key, *largest);
        }
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("secondsPerUnit"), speeds},
                                     {QStringLiteral("usualJobs"), jobs},
                                     {QStringLiteral("memory"), appetites}})
        .toJson();
}

void WorkModel::takeJson(const QByteArray &json)
{
    const QJsonObject whole = QJsonDocument::fromJson(json).object();
    const QJsonObject speeds = whole.value(QStringLiteral("secondsPerUnit")).toObject();
    for (auto speed = speeds.constBegin(); speed != speeds.constEnd(); ++speed) {
        const double rate = speed.value().toDouble();
        if (rate > 0 && std::isfinite(rate)) {
            m_remembered.insert(speed.key(), rate);
        }
    }
    constexpr double most = 1e15;
    const auto isSensible = [](double value) { return value > 0 && value < most; };
    const QJsonObject jobs = whole.value(QStringLiteral("usualJobs")).toObject();
    for (auto job = jobs.constBegin(); job != jobs.constEnd(); ++job) {
        const QJsonObject seen = job.value().toObject();
        const double units = seen.value(QStringLiteral("units")).toDouble();
        const double seconds = seen.value(QStringLiteral("seconds")).toDouble();
        if (isSensible(units) && isSensible(seconds)) {
            m_rememberedJobs.insert(job.key(), {units, seconds});
        }
    }
    const QJsonObject appetites = whole.value(QStringLiteral("memory")).toObject();
    for (auto appetite = appetites.constBegin(); appetite != appetites.constEnd(); ++appetite) {
        const QJsonObject seen = appetite.value().toObject();
        const double megapixels = seen.value(QStringLiteral("megapixels")).toDouble(-1);
        const double bytes = seen.value(QStringLiteral("bytes")).toDouble();
        if (megapixels >= 0 && megapixels < most && isSensible(bytes)) {
            m_rememberedAppetites.insert(appetite.key(), {megapixels, static_cast<qint64>(bytes)});
        }
    }
}

} // namespace batchwright
