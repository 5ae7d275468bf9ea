#include "ui/failurepanel.h"

#include "app/base/humantext.h"
#include "ui/icons.h"
#include "ui/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace batchwright {

namespace {

/// Groups are made anew at most this often while a batch runs; ms.
constexpr int refreshInterval = 300;
/// The files below must stay in sight.
constexpr int tallest = 28 * gridUnit;
constexpr int countWidth = 6 * gridUnit;
constexpr int longestTitle = 160; ///< characters

QString filesText(qsizetype count)
{
    return countText(count, FailurePanel::tr("file"), FailurePanel::tr("files"));
}

void setTone(QLabel *label, Tone tone, const QPalette &base)
{
    QPalette colors = base;
    colors.setColor(QPalette::WindowText, toneColor(tone, colors));
    label->setPalette(colors);
}

} // namespace

FailureRow::FailureRow(const FailureGroup &group, QWidget *parent)
    : QWidget(parent),
      m_count(new QLabel(this)),
      m_title(new QLabel(this)),
      m_advice(new QLabel(this)),
      m_show(new QPushButton(tr("Show"), this)),
      m_retry(new QPushButton(lineIcon(QStringLiteral("retry")), tr("Retry"), this))
{
    setObjectName(QStringLiteral("failureRow"));
    m_count->setFont(boldFont(font()));
    m_count->setMinimumWidth(countWidth);
    m_count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_title->setObjectName(QStringLiteral("failureTitle"));
    m_advice->setFont(smallFont(font()));
    for (QLabel *label : {m_title, m_advice}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_show->setObjectName(QStringLiteral("showGroup"));
    m_show->setCheckable(true);
    m_retry->setObjectName(QStringLiteral("retryGroup"));
    for (QPushButton *button : {m_show, m_retry}) {
        button->setAutoDefault(false);
    }

    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_title);
    words->addWidget(m_advice);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, gridUnit / 2, 0, gridUnit / 2);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_count);
    layout->addSpacing(gridUnit);
    layout->addLayout(words, 1);
    layout->addWidget(m_show);
    layout->addWidget(m_retry);
    connect(m_show, &QPushButton::toggled, this, &FailureRow::showTurned);
    connect(m_retry, &QPushButton::clicked, this, &FailureRow::retryRequested);
    setGroup(group);
    applyColors();
}

void FailureRow::setGroup(const FailureGroup &group)
{
    m_group = group;
    const QString title = oneLine(group.title, longestTitle);
    const QString files = filesText(group.count());
    m_count->setText(QLocale(QLocale::English).toString(group.count()));
    m_count->setAccessibleName(files);
    m_title->setText(title);
    m_title->setToolTip(group.example);
    m_advice->setText(group.advice);
    m_advice->setVisible(!group.advice.isEmpty());
    m_show->setAccessibleName(tr("Show only these %1: %2").arg(files, title));
    m_show->setToolTip(tr("Show only these %1 in the list").arg(files));
    m_retry->setAccessibleName(tr("Retry these %1: %2").arg(files, title));
    m_retry->setToolTip(tr("Convert these %1 again").arg(files));
}

bool FailureRow::isSameCause(const FailureGroup &group) const
{
    return group.kind == m_group.kind && group.cause == m_group.cause;
}

bool FailureRow::isShown() const
{
    return m_show->isChecked();
}

void FailureRow::setShown(bool isShown)
{
    m_show->setChecked(isShown);
}

void FailureRow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyColors();
    }
}

void FailureRow::applyColors()
{
    setTone(m_count, Tone::Bad, palette());
    setTone(m_advice, Tone::Muted, palette());
}

FailurePanel::FailurePanel(Session &session, QWidget *parent)
    : QFrame(parent),
      m_session(session),
      m_area(new QScrollArea(this)),
      m_content(new QWidget),
      m_layout(new QVBoxLayout(m_content))
{
    setObjectName(QStringLiteral("failurePanel"));
    setAccessibleName(tr("Why files failed"));
    m_layout->setContentsMargins(2 * gridUnit, gridUnit / 2, 2 * gridUnit, gridUnit);
    m_layout->setSpacing(0);
    m_area->setWidget(m_content);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(NoFrame);
    m_area->setFocusPolicy(Qt::NoFocus);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_area->viewport()->setAutoFillBackground(false);
    m_content->setAutoFillBackground(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_area);

    m_timer.setSingleShot(true);
    m_timer.setInterval(refreshInterval);
    connect(&m_timer, &QTimer::timeout, this, &FailurePanel::refresh);
    const auto refreshSoon = [this] {
        if (!isHidden() && !m_timer.isActive()) {
            m_timer.start();
        }
    };
    connect(&session.jobs(), &JobList::jobsChanged, this, refreshSoon);
    connect(&session.jobs(), &JobList::jobsRemoved, this, refreshSoon);
    connect(&session.jobs(), &JobList::jobsReset, this, refreshSoon);
    auto *escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &FailurePanel::collapse);
    hide();
}

void FailurePanel::setOpen(bool isOpen)
{
    if (isOpen == !isHidden()) {
        return;
    }
    if (!isOpen) {
        collapse();
        return;
    }
    show();
    refresh();
    if (!m_rows.isEmpty()) {
        m_rows.first()->findChild<QPushButton *>(QStringLiteral("showGroup"))->setFocus(Qt::OtherFocusReason);
    }
}

void FailurePanel::collapse()
{
    hide();
    for (FailureRow *row : std::as_const(m_rows)) {
        row->deleteLater(); // we may be inside a key press of one of its buttons
    }
    m_rows.clear();
    emit groupHidden();
    emit closed();
}

void FailurePanel::refresh()
{
    if (isHidden()) {
        return;
    }
    const QVector<FailureGroup> groups = failureGroups(failuresOf(m_session.jobs()));
    if (groups.isEmpty()) {
        collapse();
        return;
    }
    removeGone(groups);
    // A group keeps its place while the panel is open: a row must not move away from under the pointer.
    for (const FailureGroup &group : groups) {
        const auto known = std::find_if(m_rows.cbegin(), m_rows.cend(),
                                        [&](const FailureRow *row) { return row->isSameCause(group); });
        if (known == m_rows.cend()) {
            addRow(group);
        } else {
            const bool hasChanged = (*known)->group().ids != group.ids;
            (*known)->setGroup(group);
            if (hasChanged && (*known)->isShown()) {
                emit groupShown(group.ids);
            }
        }
    }
    fitHeight();
}

void FailurePanel::removeGone(const QVector<FailureGroup> &groups)
{
    for (qsizetype place = m_rows.size() - 1; place >= 0; --place) {
        FailureRow *row = m_rows.at(place);
        const bool isThere = std::any_of(groups.cbegin(), groups.cend(),
                                         [&](const FailureGroup &group) { return row->isSameCause(group); });
        if (isThere) {
            continue;
        }
        m_rows.removeAt(place);
        if (row->isShown()) {
            emit groupHidden();
        }
        row->hide(); // the keyboard goes on to the next one
        row->deleteLater();
    }
}

FailureRow *FailurePanel::addRow(const FailureGroup &group)
{
    auto *row = new FailureRow(group, m_content);
    m_rows.append(row);
    m_layout->addWidget(row);
    row->show(); // the layout would do it later, and give it no height until then
    connect(row, &FailureRow::showTurned, this, [this, row](bool isShown) { turnShow(row, isShown); });
    connect(row, &FailureRow::retryRequested, this, [this, row] { retry(row); });
    return row;
}

void FailurePanel::turnShow(FailureRow *row, bool isShown)
{
    if (!isShown) {
        const bool isOther = std::any_of(m_rows.cbegin(), m_rows.cend(),
                                         [](const FailureRow *other) { return other->isShown(); });
        if (!isOther) {
            emit groupHidden();
        }
        return;
    }
    emit groupShown(row->group().ids);
    for (FailureRow *other : std::as_const(m_rows)) {
        if (other != row) {
            other->setShown(false);
        }
    }
}

void FailurePanel::retry(const FailureRow *row)
{
    const QVector<JobId> ids = row->group().ids;
    m_session.retry(ids);
    m_timer.start(); // the group goes when its files wait again
}

void FailurePanel::fitHeight()
{
    m_layout->activate();
    const int width = std::max(m_area->viewport()->width(), 1);
    const int wanted =
        m_layout->hasHeightForWidth() ? m_layout->heightForWidth(width) : m_layout->sizeHint().height();
    setFixedHeight(std::min(wanted, tallest));
}

void FailurePanel::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    if (event->size().width() != event->oldSize().width() && !isHidden()) {
        fitHeight(); // words wrap at other places
    }
}

void FailurePanel::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::FontChange && !isHidden()) {
        fitHeight();
    }
}

} // namespace batchwright
