#include "ui/detailspane.h"

#include "app/base/humantext.h"
#include "app/job/failuregroups.h"
#include "ui/commandbox.h"
#include "ui/comparisonview.h"
#include "ui/icons.h"
#include "ui/jobcommands.h"
#include "ui/jobtext.h"
#include "ui/pictures.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace batchwright {

namespace {

constexpr int commandLines = 5;
constexpr QSize previewSize(256, 192);
constexpr int shortestLog = 16 * gridUnit;

QLabel *makeLine(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void showLine(QLabel *label, const QString &text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

void setTone(QLabel *label, Tone tone)
{
    QPalette colors = label->parentWidget()->palette();
    colors.setColor(QPalette::WindowText, toneColor(tone, colors));
    label->setPalette(colors);
}

/// Short jobs in tenths of a second: "0:00" would say nothing.
QString tookText(qint64 milliseconds)
{
    constexpr qint64 shortTime = 10'000;
    return milliseconds >= shortTime
               ? durationText(milliseconds)
               : DetailsPane::tr("%1 s").arg(static_cast<double>(milliseconds) / 1000, 0, 'f', 1);
}

/// Long names have no spaces to break at: they may break anywhere.
QString breakable(const QString &name)
{
    QString text;
    for (const QChar character : name) {
        text += character;
        if (!character.isLetterOrNumber() && !character.isSurrogate()) {
            text += QChar(0x200B);
        }
    }
    return text;
}

} // namespace

DetailsPane::DetailsPane(Session &session, const Pictures &pictures, QWidget *parent)
    : QScrollArea(parent),
      m_session(session),
      m_pictures(pictures),
      m_empty(new QLabel(tr("Choose a file in the list to see its details."))),
      m_content(new QWidget),
      m_picture(new QLabel(m_content)),
      m_name(makeLine(m_content)),
      m_facts(makeLine(m_content)),
      m_state(makeLine(m_content)),
      m_advice(makeLine(m_content)),
      m_said(makeLine(m_content)),
      m_warnings(makeLine(m_content)),
      m_result(makeLine(m_content)),
      m_retry(new QPushButton(lineIcon(QStringLiteral("retry")), tr("Retry"), m_content)),
      m_open(new QPushButton(lineIcon(QStringLiteral("open")), tr("Open result"), m_content)),
      m_compare(new QPushButton(lineIcon(QStringLiteral("try")), tr("Compare"), m_content)),
      m_folder(new QPushButton(lineIcon(QStringLiteral("folder")), tr("Show in folder"), m_content)),
      m_command(new CommandBox(tr("Command"), commandLines, m_content)),
      m_log(new CommandBox(tr("Log"), 0, m_content))
{
    setObjectName(QStringLiteral("detailsPane"));
    setAccessibleName(tr("This file"));
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    buildLayout();
    connectButtons();
    connect(&session.jobs(), &JobList::jobsChanged, this, [this](const QVector<JobId> &ids) {
        if (isVisible() && ids.contains(m_id)) {
            refresh();
        }
    });
    connect(&session, &Session::planChanged, this, &DetailsPane::refresh);
    connect(&pictures, &Pictures::changed, this, [this](JobId id) {
        if (id == m_id) {
            showPicture();
        }
    });
    refresh();
}

void DetailsPane::buildLayout()
{
    m_picture->setObjectName(QStringLiteral("filePicture"));
    m_picture->setAccessibleName(tr("The file's picture"));
    m_picture->setAlignment(Qt::AlignCenter);
    m_name->setFont(boldFont(font()));
    m_facts->setFont(smallFont(font()));
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_state->setAccessibleName(tr("State"));
    m_log->setMinimumHeight(shortestLog);
    m_said->setObjectName(QStringLiteral("saidLines"));
    m_said->setFont(smallFont(font()));
    setTone(m_facts, Tone::Muted);
    setTone(m_said, Tone::Muted);
    setTone(m_warnings, Tone::Warning);
    m_empty->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, 0);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(gridUnit);
    buttons->addWidget(m_retry);
    buttons->addWidget(m_open);
    buttons->addWidget(m_compare);
    buttons->addWidget(m_folder);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(m_content);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_picture);
    layout->addWidget(m_name);
    layout->addWidget(m_facts);
    layout->addSpacing(gridUnit);
    for (QLabel *line : {m_state, m_advice, m_said, m_warnings, m_result}) {
        layout->addWidget(line);
    }
    layout->addLayout(buttons);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_command);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_log, 100);
    layout->addStretch(1); // takes the room of a log that is not there

    auto *page = new QWidget;
    auto *pageLayout = new QVBoxLayout(page);
    pageLayout->setContentsMargins(0, 0, 0, 0);
    pageLayout->addWidget(m_content, 1);
    pageLayout->addWidget(m_empty, 1);
    setWidget(page);
    viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false);
}

void DetailsPane::connectButtons()
{
    connect(m_retry, &QPushButton::clicked, this, [this] { m_session.retry({m_id}); });
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (const Job *job = m_session.jobs().find(m_id)) {
            openResult(*job);
        }
    });
    connect(m_compare, &QPushButton::clicked, this, [this] { emit compareRequested(m_id); });
    connect(m_folder, &QPushButton::clicked, this, [this] {
        if (const Job *job = m_session.jobs().find(m_id)) {
            showInFolder(*job);
        }
    });
}

void DetailsPane::setJob(JobId id)
{
    m_id = id;
    refresh();
}

void DetailsPane::focusLog()
{
    ensureWidgetVisible(m_log);
    m_log->setFocus(Qt::ShortcutFocusReason);
}

void DetailsPane::refresh()
{
    const Job *job = m_session.jobs().find(m_id);
    m_content->setVisible(job != nullptr);
    m_empty->setVisible(job == nullptr);
    if (!job) {
        return;
    }
    showPicture();
    m_name->setText(breakable(nameCellText(*job)));
    m_name->setToolTip(job->source);
    QStringList facts{job->facts.formatText, sizeText(job->facts.bytes)};
    if (const QString summary = factsCellText(*job); summary != job->facts.formatText) {
        facts.insert(1, summary);
    }
    facts.removeAll(QString());
    showLine(m_facts, facts.join(QStringLiteral(" · ")));
    showState(*job);
    showOutcome(*job);
    m_command->setText(m_session.commandPreview(m_id));
    m_log->setText(job->result().log);
    m_log->setVisible(!job->result().log.isEmpty());
}

void DetailsPane::showPicture()
{
    const QPixmap picture = m_pictures.scaled(m_id, previewSize, devicePixelRatioF());
    m_picture->setPixmap(picture);
    m_picture->setVisible(!picture.isNull());
}

void DetailsPane::showState(const Job &job)
{
    m_state->setText(stateLongText(job));
    setTone(m_state, stateTone(job) == Tone::Muted ? Tone::Normal : stateTone(job));
    const Error &error = job.result().error;
    QStringList advice;
    if (!error.advice.isEmpty()) {
        advice.append(error.advice);
    }
    const QStringList said = job.state == JobState::Failed ? lastToolLines(job.result()) : QStringList();
    const QString detail = oneLine(error.detail);
    if (!detail.isEmpty() && !error.sentence.contains(detail) && !said.contains(detail)) {
        advice.append(detail);
    }
    showLine(m_advice, advice.join(u'\n'));
    showLine(m_said,
             said.isEmpty() ? QString() : tr("The converter's last words:") + u'\n' + said.join(u'\n'));
    // The first warning is in the state line already.
    showLine(m_warnings, job.result().warnings.mid(job.state == JobState::Done ? 1 : 0).join(u'\n'));
}

void DetailsPane::showOutcome(const Job &job)
{
    QString result;
    if (job.state == JobState::Done && !job.result().outputPath.isEmpty()) {
        result = tr("%1, %2, in %3")
                     .arg(job.result().outputPath.section(u'/', -1), sizeText(job.result().outputBytes),
                          tookText(job.result().milliseconds));
        m_result->setToolTip(job.result().outputPath);
    } else if (!job.target.isEmpty() && !isFinished(job.state)) {
        result = tr("Will become %1").arg(job.target.section(u'/', -1));
        m_result->setToolTip(job.target);
    }
    if (!job.planNote.isEmpty() && !isFinished(job.state)) {
        result += result.isEmpty() ? job.planNote : u'\n' + job.planNote;
    }
    showLine(m_result, result.isEmpty() ? result : breakable(result));
    m_retry->setVisible(canRetry(job));
    m_open->setVisible(job.state == JobState::Done && !job.result().outputPath.isEmpty());
    m_compare->setVisible(canCompare(job));
}

} // namespace batchwright
