#include "ui/trydialog.h"

#include "app/base/humantext.h"
#include "app/session/trial.h"
#include "ui/comparisonview.h"
#include "ui/icons.h"
#include "ui/jobtext.h"
#include "ui/startbutton.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QProxyStyle>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace batchwright {

namespace {

enum TriedColumn {
    TriedNameColumn,
    TriedBeforeColumn,
    TriedAfterColumn,
    TriedSavedColumn,
    TriedStateColumn,
    TriedColumnCount
};

/// With the distances of the list in the window.
class RoomyStyle final : public QProxyStyle
{
public:
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override
    {
        return metric == PM_HeaderMargin || metric == PM_FocusFrameHMargin
                   ? gridUnit
                   : QProxyStyle::pixelMetric(metric, option, widget);
    }
};

QString triedFilesText(qint64 count)
{
    return count == 1 ? TryDialog::tr("1 file")
                      : TryDialog::tr("%1 files").arg(QLocale(QLocale::English).toString(count));
}

/// "74 % smaller", "12 % larger".
QString changeText(qint64 before, qint64 after)
{
    if (before <= 0) {
        return {};
    }
    const double share = double(before - after) / double(before);
    const int percent = static_cast<int>(std::abs(share) * 100 + 0.5);
    return percent == 0 ? TryDialog::tr("about the same size")
           : share > 0  ? TryDialog::tr("%1 % smaller").arg(percent)
                        : TryDialog::tr("%1 % larger").arg(percent);
}

QString noteOf(const Job &job)
{
    if (job.state == JobState::Failed || job.state == JobState::Skipped) {
        return job.result().error.sentence + u' ' + job.result().error.advice;
    }
    return job.result().warnings.join(u'\n');
}

} // namespace

TryDialog::TryDialog(Session &session, QWidget *parent)
    : QDialog(parent),
      m_session(session),
      m_head(new QLabel(this)),
      m_table(makeTable()),
      m_note(new QLabel(this)),
      m_comparison(new ComparisonView(session, this)),
      m_forecast(new QLabel(this)),
      m_runAll(new StartButton(this)),
      m_change(new QPushButton(tr("Change settings"), this))
{
    setObjectName(QStringLiteral("tryDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Try first"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    buildLayout();
    connect(m_runAll, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_change, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_table, &QTableWidget::currentCellChanged, this, [this] { refreshComparison(); });
    connect(&session.trial(), &Trial::changed, this, &TryDialog::refresh);
    if (const Outcome begun = session.tryFirst(); !begun) {
        m_head->setText(begun.error().sentence + u' ' + begun.error().advice);
        m_runAll->setEnabled(false);
    }
    refresh();
}

TryDialog::~TryDialog()
{
    disconnect(&m_session.trial(), nullptr, this, nullptr);
    m_session.trial().discard();
}

QTableWidget *TryDialog::makeTable()
{
    auto *table = new QTableWidget(0, TriedColumnCount, this);
    table->setObjectName(QStringLiteral("tryTable"));
    table->setAccessibleName(tr("Files that are tried"));
    table->setHorizontalHeaderLabels({tr("File"), tr("Before"), tr("After"), tr("Saved"), tr("State")});
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setWordWrap(false);
    table->setTextElideMode(Qt::ElideMiddle);
    table->setTabKeyNavigation(false);
    auto *style = new RoomyStyle;
    style->setParent(table);
    table->setStyle(style);
    table->horizontalHeader()->setStyle(style);
    table->verticalHeader()->setDefaultSectionSize(gridRowHeight);
    QHeaderView *header = table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(TriedNameColumn, QHeaderView::Stretch);
    header->setSectionResizeMode(TriedStateColumn, QHeaderView::Stretch);
    for (const int column : {TriedBeforeColumn, TriedAfterColumn, TriedSavedColumn}) {
        header->resizeSection(column, 11 * gridUnit);
        table->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    for (const int column : {TriedNameColumn, TriedStateColumn}) {
        table->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    }
    // As high as its rows: the pictures take the rest.
    table->setFixedHeight(header->sizeHint().height() + Trial::mostFiles * gridRowHeight
                          + 2 * table->frameWidth());
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return table;
}

void TryDialog::buildLayout()
{
    m_head->setObjectName(QStringLiteral("tryHead"));
    m_forecast->setObjectName(QStringLiteral("tryForecast"));
    m_note->setObjectName(QStringLiteral("tryNote"));
    m_runAll->setObjectName(QStringLiteral("tryRunAll"));
    m_change->setObjectName(QStringLiteral("tryChange"));
    for (QLabel *label : {m_head, m_note, m_forecast}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_forecast->setFont(boldFont(font()));
    m_runAll->setDefault(true);
    m_change->setMinimumSize(16 * gridUnit, gridRowHeight);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(gridUnit);
    buttons->addWidget(m_forecast, 1);
    buttons->addWidget(m_change);
    buttons->addWidget(m_runAll);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_head);
    layout->addWidget(m_table);
    layout->addWidget(m_note);
    layout->addWidget(m_comparison, 1);
    layout->addStretch(0); // takes the room of pictures that are not there
    layout->addSpacing(gridUnit);
    layout->addLayout(buttons);
}

void TryDialog::refresh()
{
    const Trial &trial = m_session.trial();
    const JobList &jobs = trial.jobs();
    if (trial.state() != Trial::State::None) {
        m_head->setText(headText());
    }
    m_table->setRowCount(jobs.size());
    m_table->setVisible(!trial.problem());
    for (int row = 0; row < jobs.size(); ++row) {
        refreshRow(row, jobs.at(row));
    }
    if (!m_hasChosen && !jobs.isEmpty()) {
        m_hasChosen = true;
        chooseLargest();
    }
    m_runAll->updateGeometry();
    m_runAll->setText(tr("Run all %1").arg(QLocale(QLocale::English).toString(trial.batchSize())));
    m_forecast->setText(forecastText());
    refreshComparison();
}

/// Most is to be seen in the largest photo or scan.
void TryDialog::chooseLargest()
{
    const JobList &jobs = m_session.trial().jobs();
    int largest = 0;
    for (int row = 1; row < jobs.size(); ++row) {
        const MediaInfo &facts = jobs.at(row).facts;
        const MediaInfo &best = jobs.at(largest).facts;
        const bool isPicture = isStillPicture(facts.kind);
        const bool isBestPicture = isStillPicture(best.kind);
        if (isPicture == isBestPicture ? facts.bytes > best.bytes : isPicture) {
            largest = row;
        }
    }
    m_table->selectRow(largest);
}

void TryDialog::refreshRow(int row, const Job &job)
{
    const auto setText = [&](int column, const QString &text) {
        QTableWidgetItem *item = m_table->item(row, column);
        if (!item) {
            item = new QTableWidgetItem;
            const bool isNumber =
                column == TriedBeforeColumn || column == TriedAfterColumn || column == TriedSavedColumn;
            item->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
            m_table->setItem(row, column, item);
        }
        item->setText(text);
        return item;
    };
    const std::optional<double> saved = savedShare(job);
    QTableWidgetItem *name = setText(TriedNameColumn, job.fileName());
    name->setIcon(kindIcon(job.facts.kind));
    name->setToolTip(job.source);
    setText(TriedBeforeColumn, sizeText(job.facts.bytes));
    setText(TriedAfterColumn, job.state == JobState::Done ? sizeText(job.result().outputBytes) : QString());
    setText(TriedSavedColumn, saved ? savedText(*saved) : QString());
    const bool isLeftOut = job.state == JobState::Ready && m_session.trial().state() == Trial::State::Ended;
    QTableWidgetItem *state = setText(TriedStateColumn, isLeftOut ? tr("Not tried") : stateCellText(job));
    state->setForeground(toneColor(stateTone(job), m_table->palette()));
    state->setToolTip(noteOf(job));
}

void TryDialog::refreshComparison()
{
    const JobList &jobs = m_session.trial().jobs();
    bool hasPicture = false;
    for (int place = 0; place < jobs.size(); ++place) {
        hasPicture = hasPicture || isStillPicture(jobs.at(place).facts.kind);
    }
    m_comparison->setVisible(hasPicture);
    const int row = std::max(0, m_table->currentRow());
    if (row >= jobs.size()) {
        m_note->clear();
        m_note->hide();
        return;
    }
    const Job &job = jobs.at(row);
    m_note->setText(noteOf(job));
    m_note->setVisible(!m_note->text().isEmpty());
    if (isStillPicture(job.facts.kind)) {
        m_comparison->setFiles(comparedFiles(job));
    } else {
        const QString none = tr("Only photos and scans are shown.");
        m_comparison->setFiles({ComparedFile{{}, 0, {}, none}, ComparedFile{{}, 0, {}, none}});
    }
}

QString TryDialog::headText() const
{
    const Trial &trial = m_session.trial();
    if (trial.problem()) {
        return trial.problem()->sentence + u' ' + trial.problem()->advice;
    }
    const QString files = triedFilesText(trial.batchSize());
    const QString what = trial.isBusy()
                             ? tr("%1 of %2 are being converted on trial.")
                                   .arg(std::min<qint64>(Trial::mostFiles, trial.batchSize()))
                                   .arg(files)
                             : tr("%1 of %2 were converted on trial.").arg(trial.jobs().size()).arg(files);
    return what + u' ' + tr("Nothing is saved, and no original is touched, until you run all.");
}

QString TryDialog::forecastText() const
{
    const Trial &trial = m_session.trial();
    if (trial.problem() || trial.state() == Trial::State::None) {
        return {};
    }
    if (trial.isBusy()) {
        return tr("Trying…");
    }
    const TrialForecast forecast = trial.forecast();
    QStringList sentences;
    if (forecast.files > 0) {
        const QString time =
            forecast.mostMilliseconds < 0
                ? QString()
                : tr(", in %1").arg(roughRangeText(forecast.leastMilliseconds, forecast.mostMilliseconds));
        sentences.append(tr("%1: %2 become about %3 (%4)%5.")
                             .arg(triedFilesText(forecast.files), sizeText(forecast.before),
                                  sizeText(forecast.after), changeText(forecast.before, forecast.after),
                                  time));
    }
    if (forecast.unknown > 0) {
        sentences.append(tr("For %1 nothing can be said, because none of the kind was tried with success.")
                             .arg(triedFilesText(forecast.unknown)));
    }
    return sentences.join(u' ');
}

} // namespace batchwright
