#include "app/job/failuregroups.h"

#include "app/base/humantext.h"

#include <QHash>

#include <algorithm>
#include <numeric>

namespace batchwright {

namespace {

constexpr QChar ellipsis(0x2026);

/// True where one kind hides causes that ask for different things. A damaged original is a damaged original, however
/// its converter puts it; but what else a converter complains about is all that there is to go by.
bool hasManyCauses(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::BadPreset:
    case ErrorKind::BadOption:
    case ErrorKind::BadName:
    case ErrorKind::WrongKind:
    case ErrorKind::NoPicture:
    case ErrorKind::ToolMissing:
    case ErrorKind::ToolFailed:
    case ErrorKind::ToolCrashed:
    case ErrorKind::ResultBad:
    case ErrorKind::TimedOut:
    case ErrorKind::Io:
    case ErrorKind::SandboxFailed:
    case ErrorKind::JournalFailed:
        return true;
    default:
        return false;
    }
}

QString folderOf(const QString &path)
{
    return path.left(path.lastIndexOf(u'/'));
}

QString nameOf(const QString &path)
{
    return path.mid(path.lastIndexOf(u'/') + 1);
}

QString withoutFullStop(const QString &sentence)
{
    return sentence.endsWith(u'.') && !sentence.endsWith(QLatin1String("..")) ? sentence.chopped(1)
                                                                              : sentence;
}

/// "in.jpg" and "out.png": what tools are shown instead of the names of the files (see jobworkspace.h).
bool isNameForTools(QStringView word)
{
    constexpr qsizetype longest = 12; // "out." and an ending of eight letters
    return word.size() <= longest
           && ((word.startsWith(QLatin1String("in.")) && word.size() > 3)
               || (word.startsWith(QLatin1String("out.")) && word.size() > 4));
}

/// What is known of a group while it grows.
struct Growing {
    FailureGroup group;
    QHash<QString, qsizetype> adviceCounts;
    qsizetype first = 0;   ///< place of its first failure
    bool isUniform = true; ///< every sentence is the example
};

void take(Growing &growing, const Failure &failure)
{
    FailureGroup &group = growing.group;
    if (group.inputs.isEmpty()) {
        group.example = failure.error.sentence;
    }
    growing.isUniform = growing.isUniform && failure.error.sentence == group.example;
    // The first one stays while others are only as common.
    const qsizetype count = ++growing.adviceCounts[failure.error.advice];
    if (group.inputs.isEmpty() || count > growing.adviceCounts.value(group.advice)) {
        group.advice = failure.error.advice;
    }
    if (failure.id != JobId::None) {
        group.ids.append(failure.id);
    }
    group.inputs.append(failure.input);
}

bool isBigger(const Growing &left, const Growing &right)
{
    return left.group.count() != right.group.count() ? left.group.count() > right.group.count()
                                                     : left.first < right.first;
}

/// The groups of `grown` from `kept` on become one for each kind; `groupOf` follows them.
QVector<Growing> merged(const QVector<Growing> &grown, qsizetype kept, const QVector<Failure> &failures,
                        const QVector<qsizetype> &groupOf)
{
    QVector<Growing> result = grown.mid(0, kept);
    QVector<qsizetype> newPlace(grown.size());
    QHash<int, qsizetype> placeOfKind;
    QHash<int, int> causesOfKind;
    for (qsizetype place = kept; place < grown.size(); ++place) {
        ++causesOfKind[static_cast<int>(grown.at(place).group.kind)];
    }
    for (qsizetype place = kept; place < grown.size(); ++place) {
        const FailureGroup &group = grown.at(place).group;
        const int kind = static_cast<int>(group.kind);
        if (!placeOfKind.contains(kind)) {
            placeOfKind.insert(kind, result.size());
            Growing rest;
            rest.group.kind = group.kind;
            rest.group.cause = causesOfKind.value(kind) == 1 ? group.cause : QString();
            result.append(rest);
        }
        newPlace[place] = placeOfKind.value(kind);
    }
    // Again from the failures, because theirs is the order of the list.
    for (qsizetype index = 0; index < failures.size(); ++index) {
        if (const qsizetype place = groupOf.at(index); place >= kept) {
            Growing &rest = result[newPlace.at(place)];
            rest.first = rest.group.inputs.isEmpty() ? index : rest.first;
            take(rest, failures.at(index));
        }
    }
    return result;
}

QString titleOf(const Growing &growing, bool hasSiblings)
{
    const FailureGroup &group = growing.group;
    if (!group.cause.isEmpty()) {
        return withoutFullStop(growing.isUniform ? group.example : group.cause);
    }
    const QString title = errorKindTitle(group.kind);
    return hasSiblings ? QStringLiteral("%1: other causes").arg(title) : title;
}

} // namespace

QString causeOf(const QString &sentence, const QStringList &names)
{
    QString text = sentence;
    for (const QString &name : names) {
        if (name.size() > 1) { // "/" or a name of one letter would tear words apart
            text.replace(name, ellipsis);
        }
    }
    // By hand, because this runs for each of 100,000 files and regular expressions take ten times as long.
    QString cause;
    cause.reserve(text.size());
    const auto isEdge = [](QChar character) {
        return character.isSpace() || character == u'(' || character == u'\'' || character == u'"'
               || character == QChar(0x201C);
    };
    for (qsizetype at = 0; at < text.size();) {
        const bool beginsWord = !isEdge(text.at(at)) && (at == 0 || isEdge(text.at(at - 1)));
        qsizetype end = at;
        bool varies = false;
        if (beginsWord) {
            bool hasSlash = false;
            while (end < text.size() && !text.at(end).isSpace()) {
                hasSlash = hasSlash || text.at(end) == u'/';
                ++end;
            }
            // What ends a clause is not the path's.
            while (end > at && QStringView(u".,:;!?)'\"\u201D").contains(text.at(end - 1))) {
                --end;
            }
            varies = (hasSlash && end - at > 1) || isNameForTools(QStringView(text).mid(at, end - at));
        }
        if (!varies && text.at(at).isDigit()) {
            end = at;
            while (end < text.size() && (text.at(end).isLetterOrNumber() || text.at(end) == u'.')
                   && !(text.at(end) == u'.' && (end + 1 == text.size() || text.at(end + 1).isSpace()))) {
                ++end;
            }
            // "x264" and "mp4" are names; a number stands alone or behind a sign.
            varies = at == 0 || !text.at(at - 1).isLetterOrNumber();
        }
        if (varies) {
            if (!cause.endsWith(ellipsis)) {
                cause += ellipsis;
            }
            at = end;
        } else {
            cause += text.at(at);
            ++at;
        }
    }
    return cause;
}

QVector<FailureGroup> failureGroups(const QVector<Failure> &failures)
{
    QVector<Growing> grown;
    QVector<qsizetype> groupOf(failures.size());
    QHash<QPair<int, QString>, qsizetype> places;
    for (qsizetype index = 0; index < failures.size(); ++index) {
        const Failure &failure = failures.at(index);
        QString cause;
        if (hasManyCauses(failure.error.kind)) {
            cause = causeOf(failure.error.sentence, {failure.input, failure.target, folderOf(failure.target),
                                                     nameOf(failure.input), nameOf(failure.target)});
        }
        const QPair<int, QString> key(static_cast<int>(failure.error.kind), cause);
        auto place = places.constFind(key);
        if (place == places.constEnd()) {
            place = places.insert(key, grown.size());
            Growing fresh;
            fresh.group.kind = failure.error.kind;
            fresh.group.cause = cause;
            fresh.first = index;
            grown.append(fresh);
        }
        groupOf[index] = *place;
        take(grown[*place], failure);
    }
    QVector<qsizetype> order(grown.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](qsizetype left, qsizetype right) { return isBigger(grown.at(left), grown.at(right)); });
    QVector<Growing> sorted;
    QVector<qsizetype> sortedPlace(grown.size());
    for (const qsizetype place : order) {
        sortedPlace[place] = sorted.size();
        sorted.append(grown.at(place));
    }
    if (sorted.size() > mostFailureGroups) {
        for (qsizetype &place : groupOf) {
            place = sortedPlace.at(place);
        }
        sorted = merged(sorted, mostFailureGroups - 1, failures, groupOf);
        std::sort(sorted.begin(), sorted.end(), isBigger);
    }
    QHash<int, int> groupsOfKind;
    for (const Growing &growing : sorted) {
        ++groupsOfKind[static_cast<int>(growing.group.kind)];
    }
    QVector<FailureGroup> groups;
    for (Growing &growing : sorted) {
        growing.group.title = titleOf(growing, groupsOfKind.value(static_cast<int>(growing.group.kind)) > 1);
        groups.append(growing.group);
    }
    return groups;
}

QVector<Failure> failuresOf(const JobList &jobs)
{
    QVector<Failure> failures;
    failures.reserve(jobs.counts().of(JobState::Failed));
    for (int index = 0; index < jobs.size(); ++index) {
        const Job &job = jobs.at(index);
        if (job.state == JobState::Failed) {
            failures.append({job.id, job.source, job.target, job.result().error});
        }
    }
    return failures;
}

QStringList lastToolLines(const JobResult &result)
{
    constexpr qsizetype most = 6;    // what fits beside a row without becoming a second log
    constexpr int longestLine = 300; // characters
    QStringList lines;
    const QString command = QStringLiteral("$ "); // as JobRunner writes it in front of each command
    const QStringList log = result.log.split(u'\n', Qt::SkipEmptyParts);
    for (auto line = log.crbegin(); line != log.crend() && !line->startsWith(command); ++line) {
        if (lines.size() < most && !line->trimmed().isEmpty()) {
            lines.prepend(oneLine(*line, longestLine));
        }
    }
    const QString about = oneLine(result.error.detail, longestLine);
    const bool hasRun = !result.log.isEmpty();
    if (hasRun && !about.isEmpty() && !lines.contains(about)
        && result.log.contains(result.error.detail.trimmed())) {
        lines.prepend(about);
        lines = lines.mid(0, most);
    }
    return lines;
}

} // namespace batchwright
