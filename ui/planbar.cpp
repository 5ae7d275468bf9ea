#include "ui/planbar.h"

#include "app/base/humantext.h"
#include "ui/icons.h"
#include "ui/theme.h"

#include <QAction>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QToolButton>

namespace batchwright {

namespace {

constexpr int shownProblems = 2;

struct StateEntry {
    StateFilter filter;
    const char *text;
};
constexpr StateEntry stateEntries[] = {
    {StateFilter::All, QT_TRANSLATE_NOOP("batchwright::PlanBar", "All states")},
    {StateFilter::ToDo, QT_TRANSLATE_NOOP("batchwright::PlanBar", "To do")},
    {StateFilter::Running, QT_TRANSLATE_NOOP("batchwright::PlanBar", "Running")},
    {StateFilter::Done, QT_TRANSLATE_NOOP("batchwright::PlanBar", "Done")},
    {StateFilter::Failed, QT_TRANSLATE_NOOP("batchwright::PlanBar", "Failed")},
    {StateFilter::Skipped, QT_TRANSLATE_NOOP("batchwright::PlanBar", "Skipped")},
    {StateFilter::Stopped, QT_TRANSLATE_NOOP("batchwright::PlanBar", "Stopped")},
};

int countFor(StateFilter filter, const JobCounts &counts)
{
    int count = 0;
    for (int state = 0; state <= static_cast<int>(JobState::Cancelled); ++state) {
        count += passes(filter, static_cast<JobState>(state)) ? counts.byState[state] : 0;
    }
    return count;
}

} // namespace

QString outcomeSentence(const JobCounts &counts)
{
    const int done = counts.of(JobState::Done);
    const int failed = counts.of(JobState::Failed);
    const int skipped = counts.of(JobState::Skipped);
    const int stopped = counts.of(JobState::Cancelled);
    if (done > 0 && failed + skipped + stopped == 0) {
        return done == 1 ? PlanBar::tr("The file is done.") : PlanBar::tr("All %1 files are done.").arg(done);
    }
    QStringList parts;
    const auto add = [&parts](int count, const QString &one, const QString &many) {
        if (count > 0) {
            parts.append(QStringLiteral("%1 %2").arg(QLocale(QLocale::English).toString(count),
                                                     count == 1 ? one : many));
        }
    };
    add(done, PlanBar::tr("file is done"), PlanBar::tr("files are done"));
    add(failed, PlanBar::tr("failed"), PlanBar::tr("failed"));
    add(stopped, PlanBar::tr("was stopped"), PlanBar::tr("were stopped"));
    add(skipped, PlanBar::tr("was skipped"), PlanBar::tr("were skipped"));
    return parts.isEmpty() ? QString() : parts.join(QStringLiteral(", ")) + u'.';
}

PlanBar::PlanBar(Session &session, QAction *retryFailed, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_sentence(new QLabel(this)),
      m_warningIcon(new QLabel(this)),
      m_warning(new QLabel(this)),
      m_failures(new QToolButton(this)),
      m_retry(new QToolButton(this)),
      m_filter(new QLineEdit(this)),
      m_states(new QComboBox(this))
{
    m_sentence->setObjectName(QStringLiteral("planSentence"));
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true);
    m_warning->setObjectName(QStringLiteral("planWarning"));
    m_warning->setTextFormat(Qt::PlainText);
    m_warning->setWordWrap(true);
    m_warningIcon->setFixedSize(smallIconSide, smallIconSide);
    m_retry->setDefaultAction(retryFailed);
    m_retry->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    buildFailures();
    buildFilter();

    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(2 * gridUnit, gridUnit, 2 * gridUnit, gridUnit);
    layout->setHorizontalSpacing(gridUnit);
    layout->setVerticalSpacing(gridUnit / 2);
    layout->setColumnStretch(1, 1);
    layout->addWidget(m_sentence, 0, 0, 1, 2);
    layout->addWidget(m_failures, 0, 2);
    layout->addWidget(m_retry, 0, 3);
    layout->addWidget(m_filter, 0, 4);
    layout->addWidget(m_states, 0, 5);
    layout->addWidget(m_warningIcon, 1, 0);
    layout->addWidget(m_warning, 1, 1, 1, 5);
    connect(&session, &Session::planChanged, this, &PlanBar::refresh);
    connect(&session, &Session::runningChanged, this, &PlanBar::refresh);
    refresh();
}

void PlanBar::buildFailures()
{
    m_failures->setObjectName(QStringLiteral("failuresButton"));
    m_failures->setCheckable(true);
    m_failures->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(m_failures, &QToolButton::toggled, this, &PlanBar::failuresToggled);
}

void PlanBar::buildFilter()
{
    m_filter->setObjectName(QStringLiteral("filterEdit"));
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setAccessibleName(tr("Filter the list by name or state"));
    m_filter->setToolTip(tr("Show only files with these words in their name or state (Ctrl+F)"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAcceptDrops(false);
    m_filter->addAction(lineIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_filter->setFixedWidth(22 * gridUnit);
    m_states->setObjectName(QStringLiteral("stateFilter"));
    m_states->setAccessibleName(tr("Show files in this state"));
    for (const StateEntry &entry : stateEntries) {
        m_states->addItem(tr(entry.text), static_cast<int>(entry.filter));
    }
    m_states->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_states->setMinimumContentsLength(12);
    connect(m_filter, &QLineEdit::textChanged, this, &PlanBar::textFilterChanged);
    connect(m_states, &QComboBox::currentIndexChanged, this,
            [this] { emit stateFilterChanged(static_cast<StateFilter>(m_states->currentData().toInt())); });
}

void PlanBar::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void PlanBar::clearFilters()
{
    m_filter->clear();
    m_states->setCurrentIndex(0);
}

void PlanBar::setFailuresOpen(bool isOpen)
{
    m_failures->setChecked(isOpen);
}

void PlanBar::setStateFilterVisible(bool isVisible)
{
    m_states->setVisible(isVisible);
    // Without room for words: what failed can be converted again from its panel and from the menu.
    m_retry->setToolButtonStyle(isVisible ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
    m_filter->setFixedWidth((isVisible ? 22 : 16) * gridUnit);
}

QString PlanBar::problemText() const
{
    QStringList sentences;
    const QVector<PlanProblem> &problems = m_session.plan().problems;
    for (int i = 0; i < problems.size() && i < shownProblems; ++i) {
        const Error &error = problems.at(i).error;
        sentences.append(error.advice.isEmpty() ? error.sentence : error.sentence + u' ' + error.advice);
    }
    if (problems.size() > shownProblems) {
        sentences.append(tr("And %1 more.").arg(problems.size() - shownProblems));
    }
    return sentences.join(u' ');
}

void PlanBar::refresh()
{
    const JobCounts &counts = m_session.jobs().counts();
    const bool runs = m_session.isRunning();
    QString sentence = m_session.plan().sentence();
    if (sentence.isEmpty()) {
        sentence = runs ? m_lastPlan : outcomeSentence(counts);
    } else if (counts.of(JobState::Ready) > 0) {
        m_lastPlan = sentence;
    }
    m_sentence->setText(sentence);
    m_sentence->setToolTip(sentence);
    const QString problem = problemText();
    QPalette colors = palette();
    const QColor tone = toneColor(Tone::Warning, colors);
    colors.setColor(QPalette::WindowText, tone);
    m_warning->setPalette(colors);
    m_warning->setText(problem);
    m_warning->setVisible(!problem.isEmpty());
    m_warningIcon->setVisible(!problem.isEmpty());
    m_warningIcon->setPixmap(linePixmap(QStringLiteral("warning"), smallIconSide, devicePixelRatioF(), tone));
    m_retry->setVisible(!runs && counts.of(JobState::Failed) > 0);
    refreshFailures();
    refreshStateCounts();
}

void PlanBar::refreshFailures()
{
    const int failed = m_session.jobs().counts().of(JobState::Failed);
    const QString text = tr("%1 failed").arg(QLocale(QLocale::English).toString(failed));
    m_failures->setText(text);
    m_failures->setAccessibleName(tr("%1: why, and what to do").arg(text));
    m_failures->setToolTip(tr("Show why files failed, and what to do"));
    const QColor tone = toneColor(Tone::Bad, palette());
    m_failures->setIcon(linePixmap(QStringLiteral("failed"), smallIconSide, devicePixelRatioF(), tone));
    m_failures->setVisible(failed > 0);
}

void PlanBar::refreshStateCounts()
{
    const JobCounts &counts = m_session.jobs().counts();
    for (int i = 1; i < m_states->count(); ++i) {
        const int count = countFor(stateEntries[i].filter, counts);
        const QString text = tr(stateEntries[i].text);
        const QString shown = count > 0 ? QStringLiteral("%1 (%2)").arg(text).arg(count) : text;
        if (shown != m_states->itemText(i)) {
            m_states->setItemText(i, shown);
        }
    }
}

} // namespace batchwright
