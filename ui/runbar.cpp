#include "ui/runbar.h"

#include "app/base/humantext.h"
#include "ui/icons.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace batchwright {

namespace {

constexpr int refreshInterval = 250; ///< ms; numbers that change faster cannot be read
constexpr int tickInterval = 1000;   ///< ms
constexpr int progressSteps = 1000;

QString number(qint64 value)
{
    return QLocale(QLocale::English).toString(value);
}

QString savedSizeText(const BatchTotals &totals)
{
    const qint64 saved = totals.counts.inputBytes - totals.counts.outputBytes;
    const long percent = std::lround(100.0 * static_cast<double>(std::abs(saved))
                                     / static_cast<double>(totals.counts.inputBytes));
    return saved >= 0 ? RunBar::tr("saved %1 (%2 %)").arg(sizeText(saved)).arg(percent)
                      : RunBar::tr("grew by %1 (%2 %)").arg(sizeText(-saved)).arg(percent);
}

QStringList endedParts(const BatchTotals &totals)
{
    QStringList parts;
    if (const int failed = totals.counts.of(JobState::Failed); failed > 0) {
        parts.append(RunBar::tr("%1 failed").arg(number(failed)));
    }
    if (const int stopped = totals.counts.of(JobState::Cancelled); stopped > 0) {
        parts.append(RunBar::tr("%1 stopped").arg(number(stopped)));
    }
    if (const int skipped = totals.counts.of(JobState::Skipped); skipped > 0) {
        parts.append(RunBar::tr("%1 skipped").arg(number(skipped)));
    }
    return parts;
}

QStringList runningParts(const BatchTotals &totals, BatchPhase phase)
{
    QStringList parts;
    // Those that are being checked and put in place keep no core busy.
    const int active = totals.counts.of(JobState::Running);
    if (phase == BatchPhase::Frozen) {
        parts.append(active > 0 ? RunBar::tr("frozen, %1 standing still").arg(number(active))
                                : RunBar::tr("frozen"));
    } else if (phase == BatchPhase::Held) {
        parts.append(active > 0 ? RunBar::tr("on hold, %1 still running").arg(number(active))
                                : RunBar::tr("on hold"));
    } else {
        parts.append(
            RunBar::tr("%1 running on %2")
                .arg(number(active), countText(totals.coreLimit, RunBar::tr("core"), RunBar::tr("cores"))));
        if (totals.remainingMilliseconds >= 0) {
            parts.append(
                RunBar::tr("%1 left").arg(roughRangeText(totals.leastRemaining, totals.mostRemaining)));
        }
    }
    if (totals.heldJobs > 0 && phase == BatchPhase::Running) {
        parts.append(RunBar::tr("%1 on hold").arg(number(totals.heldJobs)));
    }
    if (totals.filesPerMinute >= 0.1) {
        const int decimals = totals.filesPerMinute < 9.95 ? 1 : 0;
        parts.append(RunBar::tr("%1 files/min").arg(QString::number(totals.filesPerMinute, 'f', decimals)));
    }
    return parts;
}

} // namespace

QString statusText(const BatchTotals &totals, BatchPhase phase)
{
    QStringList parts;
    const int all = totals.counts.total();
    const bool runs = phase != BatchPhase::Idle && phase != BatchPhase::Finished;
    if (all == 0) {
        return RunBar::tr("No files yet");
    }
    if (runs) {
        parts.append(RunBar::tr("%1 of %2 done").arg(number(totals.counts.of(JobState::Done)), number(all)));
    } else {
        parts.append(countText(all, RunBar::tr("file"), RunBar::tr("files")));
        if (const int done = totals.counts.of(JobState::Done); done > 0) {
            parts.append(RunBar::tr("%1 done").arg(number(done)));
        }
    }
    parts += endedParts(totals);
    if (runs) {
        parts += runningParts(totals, phase);
    } else if (phase == BatchPhase::Finished && totals.elapsedMilliseconds >= 1000) {
        parts.append(RunBar::tr("took %1").arg(durationText(totals.elapsedMilliseconds)));
    }
    if (totals.counts.inputBytes > 0) {
        parts.append(savedSizeText(totals));
    }
    return parts.join(QStringLiteral(" · "));
}

RunBar::RunBar(Session &session, const QList<QAction *> &actions, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_progress(new QProgressBar(this)),
      m_status(new QLabel(this)),
      m_awakeIcon(new QLabel(this)),
      m_awake(new QLabel(this)),
      m_sandboxIcon(new QLabel(this)),
      m_sandbox(new QLabel(this))
{
    m_progress->setObjectName(QStringLiteral("batchProgress"));
    m_progress->setAccessibleName(tr("Progress of all files"));
    m_progress->setRange(0, progressSteps);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(gridUnit);
    m_status->setObjectName(QStringLiteral("statusLine"));
    m_status->setTextFormat(Qt::PlainText);
    m_status->setWordWrap(true);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);

    auto *line = new QHBoxLayout;
    line->setSpacing(gridUnit);
    line->addWidget(m_status, 1);
    m_sandbox->setObjectName(QStringLiteral("sandboxLabel"));
    m_awake->setObjectName(QStringLiteral("awakeLabel"));
    for (const auto &[icon, label] : {std::pair{m_awakeIcon, m_awake}, std::pair{m_sandboxIcon, m_sandbox}}) {
        label->setFont(smallFont(font()));
        icon->setFixedSize(2 * gridUnit, 2 * gridUnit);
        line->addWidget(icon);
        line->addWidget(label);
    }
    for (QAction *action : actions) {
        m_buttons.append(makeButton(action));
        line->addWidget(m_buttons.last());
        connect(action, &QAction::toggled, this, &RunBar::refresh);
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, gridUnit, 2 * gridUnit, gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_progress);
    layout->addLayout(line);
    setMinimumHeight(5 * gridUnit);

    m_timer.setSingleShot(true);
    m_timer.setInterval(refreshInterval);
    m_tick.setInterval(tickInterval);
    connect(&m_timer, &QTimer::timeout, this, &RunBar::refresh);
    connect(&m_tick, &QTimer::timeout, this, &RunBar::refresh);
    connect(&session.jobs(), &JobList::jobsAdded, this, &RunBar::scheduleRefresh);
    connect(&session.jobs(), &JobList::jobsRemoved, this, &RunBar::scheduleRefresh);
    connect(&session.jobs(), &JobList::jobsReset, this, &RunBar::scheduleRefresh);
    connect(&session.jobs(), &JobList::jobsChanged, this, &RunBar::scheduleRefresh);
    connect(&session, &Session::batchFinished, this, &RunBar::refresh);
    connect(&session, &Session::sandboxStateChanged, this, &RunBar::refreshSandbox);
    connect(&session, &Session::sleepGuardChanged, this, &RunBar::refreshAwake);
    connect(&session, &Session::holdChanged, this, &RunBar::refresh);
    connect(&session, &Session::runningChanged, this, [this](bool running) {
        if (running) {
            m_tick.start();
        } else {
            m_tick.stop();
        }
        refresh();
    });
    refresh();
    refreshSandbox();
    refreshAwake();
}

void RunBar::refreshSandbox()
{
    const bool isUsed = m_session.isSandboxUsed();
    const std::optional<Error> warning = m_session.sandboxWarning();
    Note note;
    note.icon = QStringLiteral("shield");
    note.tone = isUsed ? Tone::Muted : Tone::Warning;
    note.text = isUsed ? tr("Sandbox on") : warning ? tr("No sandbox") : QString();
    note.reason = warning ? warning->sentence + u' ' + warning->advice
                          : tr("Converters see only the file that they convert: no other file, no network.");
    refreshNote(m_sandboxIcon, m_sandbox, note);
}

void RunBar::refreshAwake()
{
    const SleepGuard &guard = m_session.sleepGuard();
    Note note;
    note.icon = QStringLiteral("awake");
    note.tone = Tone::Muted;
    if (guard.state() == SleepGuard::State::Held) {
        note.text = tr("Kept awake");
        note.reason = tr("The computer does not go to sleep by itself until all files are done.");
    } else if (guard.state() == SleepGuard::State::Unavailable) {
        note.text = tr("May go to sleep");
        note.reason = tr("This computer could not be kept awake: %1").arg(guard.reason());
    }
    refreshNote(m_awakeIcon, m_awake, note);
}

void RunBar::refreshNote(QLabel *icon, QLabel *label, const Note &note)
{
    const QColor color = toneColor(note.tone, palette());
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, color);
    label->setPalette(colors);
    label->setText(note.text);
    label->setAccessibleName(note.text);
    label->setAccessibleDescription(note.reason);
    label->setToolTip(note.reason);
    icon->setToolTip(note.reason);
    icon->setPixmap(linePixmap(note.icon, 2 * gridUnit, devicePixelRatioF(), color));
    label->setVisible(!note.text.isEmpty());
    icon->setVisible(!note.text.isEmpty());
}

void RunBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        refreshSandbox();
        refreshAwake();
    }
}

QToolButton *RunBar::makeButton(QAction *action)
{
    auto *button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setMinimumHeight(gridRowHeight);
    return button;
}

void RunBar::scheduleRefresh()
{
    if (!m_timer.isActive()) {
        m_timer.start();
    }
}

void RunBar::refresh()
{
    m_totals = m_session.totals();
    const bool runs = m_session.isRunning();
    const bool hasRun = m_totals.batchJobs > 0 && m_totals.counts.finished() > 0;
    const BatchPhase phase = runs && m_session.isFrozen() ? BatchPhase::Frozen
                             : runs && m_session.isHeld() ? BatchPhase::Held
                             : runs                       ? BatchPhase::Running
                             : hasRun                     ? BatchPhase::Finished
                                                          : BatchPhase::Idle;
    m_progress->setValue(static_cast<int>(m_totals.fraction * progressSteps));
    m_progress->setVisible(runs);
    for (QToolButton *button : m_buttons) {
        button->setVisible(runs);
    }
    QString text = statusText(m_totals, phase);
    if (const std::optional<Error> reason = m_session.holdReason(); runs && reason) {
        text = QStringLiteral("%1 %2 · %3").arg(reason->sentence, reason->advice, text);
    }
    m_status->setText(text);
    m_status->setAccessibleName(text);
    emit totalsRefreshed();
}

} // namespace batchwright
