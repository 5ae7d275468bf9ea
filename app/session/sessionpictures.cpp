// Session: sources with several pictures, of which the preset makes a result each. They are split when a batch starts, because
// only then is it certain which preset takes them; and joined again when another one does, which takes the file as a whole.
#include "app/session/sessionprivate.h"

#include <algorithm>
#include <utility>

namespace batchwright {

namespace {

/// More than any scanner makes of one patient; a damaged header may claim anything.
constexpr int mostPictures = 10'000;

/// Each goes beside the row that it came from; with more of them that would take too long, and they stay at the end.
constexpr qsizetype mostMoves = 100;

bool makesEachPicture(const PlanRequest &request)
{
    const std::optional<OutputRule> &output = request.settings->preset->output;
    return output && output->isOfEachPicture;
}

Job jobOfPicture(const Job &source, int number)
{
    const int digits = static_cast<int>(QString::number(source.facts.pages).size());
    Job job;
    job.source = source.source;
    job.canonicalSource = source.canonicalSource;
    job.root = source.root;
    job.facts = source.facts;
    // Its share: as often as there are pictures the whole file would be counted in what is saved and in the room that is needed.
    job.facts.bytes = std::max<qint64>(1, source.facts.bytes / source.facts.pages);
    job.settings = source.settings;
    job.variables = source.variables;
    job.variables.insert(pictureNumberVariable, QString::number(number));
    job.variables.insert(pictureMarkVariable,
                         QStringLiteral("-%1").arg(number, digits, 10, QLatin1Char('0')));
    return job;
}

} // namespace

void Session::Private::splitThenPlan(const PlanInput &input)
{
    const bool hasJoined = joinPictures(input.requests);
    if (splitPictures(input.requests) || hasJoined) {
        gather([this](const PlanInput &anew) { planStart(anew); });
    } else {
        planStart(input);
    }
}

/// The first row of a source stands for the file, the other ones go. True when any job is another one now.
bool Session::Private::joinPictures(const QVector<PlanRequest> &requests)
{
    QSet<QString> joined;
    QVector<JobId> others;
    for (const PlanRequest &request : requests) {
        const Job *job = q.m_jobs.find(request.id);
        if (!job || job->picture() == 0 || job->isPinned || makesEachPicture(request)) {
            continue;
        }
        if (joined.contains(job->source)) {
            others.append(request.id);
            continue;
        }
        joined.insert(job->source);
        MediaInfo facts = job->facts;
        facts.bytes *= facts.pages; // of its share, to a byte for each picture
        Variables variables = job->variables;
        variables.remove(pictureNumberVariable);
        variables.remove(pictureMarkVariable);
        q.m_jobs.setFacts(request.id, facts);
        q.m_jobs.setVariables(request.id, variables);
    }
    q.m_jobs.remove(others);
    return !joined.isEmpty();
}

/// True when there are more jobs now.
bool Session::Private::splitPictures(const QVector<PlanRequest> &requests)
{
    QVector<JobId> split;
    for (const PlanRequest &request : requests) {
        const Job *job = q.m_jobs.find(request.id);
        const bool isWanted = job && makesEachPicture(request) && !job->isPinned;
        if (isWanted && job->facts.pages > 1 && job->facts.pages <= mostPictures && job->picture() == 0) {
            split.append(request.id);
        }
    }
    for (const JobId id : std::as_const(split)) {
        const Job first = *q.m_jobs.find(id);
        QVector<Job> others;
        for (int number = 2; number <= first.facts.pages; ++number) {
            others.append(jobOfPicture(first, number));
        }
        const Job own = jobOfPicture(first, 1);
        q.m_jobs.setVariables(id, own.variables);
        q.m_jobs.setFacts(id, own.facts);
        const QVector<JobId> added = q.m_jobs.add(std::move(others));
        if (split.size() <= mostMoves) {
            q.m_jobs.move(added, q.m_jobs.indexOf(id) + 1);
        }
    }
    return !split.isEmpty();
}

} // namespace batchwright
