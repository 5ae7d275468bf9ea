#include "ui/kindbar.h"

#include "ui/icons.h"
#include "ui/presetpicker.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>

namespace batchwright {

namespace {

constexpr int refreshDelay = 50; ///< ms
constexpr int cellsPerKind = 4;  ///< icon, label, picker, room
constexpr int twoColumnWidth = 80 * gridUnit;

QString capitalised(QString text)
{
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
    }
    return text;
}

} // namespace

KindBar::KindBar(Session &session, QWidget *parent)
    : QWidget(parent), m_session(session), m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(gridUnit);
    m_layout->setVerticalSpacing(gridUnit);
    m_timer.setSingleShot(true);
    m_timer.setInterval(refreshDelay);
    connect(&m_timer, &QTimer::timeout, this, &KindBar::refresh);
    const auto schedule = [this] {
        if (!m_timer.isActive()) {
            m_timer.start();
        }
    };
    connect(&session, &Session::choicesChanged, this, schedule);
    connect(&session.jobs(), &JobList::jobsAdded, this, schedule);
    connect(&session.jobs(), &JobList::jobsRemoved, this, schedule);
    connect(&session.jobs(), &JobList::jobsReset, this, schedule);
    refresh();
}

void KindBar::setStartingPreset(const QString &presetId)
{
    m_startingPreset = presetId;
    refresh();
}

void KindBar::focusPicker()
{
    m_rows.first().picker->setFocus(Qt::ShortcutFocusReason);
    m_rows.first().picker->showPopup();
}

QVector<QPair<MediaKind, qint64>> KindBar::countKinds() const
{
    qint64 counts[std::size(allMediaKinds)] = {};
    for (int index = 0; index < m_session.jobs().size(); ++index) {
        ++counts[static_cast<int>(m_session.jobs().at(index).facts.kind)];
    }
    QVector<QPair<MediaKind, qint64>> kinds;
    for (const MediaKind kind : allMediaKinds) {
        if (counts[static_cast<int>(kind)] > 0) {
            kinds.append({kind, counts[static_cast<int>(kind)]});
        }
    }
    return kinds;
}

void KindBar::refresh()
{
    const QVector<QPair<MediaKind, qint64>> kinds = countKinds();
    if (m_session.presets().all() != m_shownPresets) {
        m_shownPresets = m_session.presets().all();
        m_kinds.clear(); // fills the pickers anew
    }
    setRowCount(std::max<int>(1, static_cast<int>(kinds.size())));
    if (kinds.isEmpty()) {
        fillRow(0, std::nullopt, 0);
        return;
    }
    for (int i = 0; i < kinds.size(); ++i) {
        fillRow(i, kinds.at(i).first, kinds.at(i).second);
    }
}

void KindBar::setRowCount(int count)
{
    while (m_rows.size() > count) {
        const Row row = m_rows.takeLast();
        m_kinds.resize(std::min<qsizetype>(m_kinds.size(), m_rows.size()));
        delete row.icon;
        delete row.label;
        delete row.picker;
    }
    while (m_rows.size() < count) {
        const int index = static_cast<int>(m_rows.size());
        const Row row{new QLabel(this), new QLabel(this), new PresetPicker(this)};
        row.icon->setFixedWidth(smallIconSide);
        row.label->setBuddy(row.picker);
        row.picker->setMinimumHeight(gridRowHeight);
        row.picker->setObjectName(index == 0 ? QStringLiteral("presetPicker")
                                             : QStringLiteral("presetPicker%1").arg(index + 1));
        connect(row.picker, &PresetPicker::presetPicked, this, [this, index](const QString &presetId) {
            if (const std::optional<MediaKind> kind = m_kinds.at(index)) {
                m_session.setPresetFor(*kind, presetId);
            } else {
                emit startingPresetPicked(presetId);
            }
        });
        m_rows.append(row);
    }
    place();
}

void KindBar::place()
{
    const int count = static_cast<int>(m_rows.size());
    const int columns = count > 1 && width() >= twoColumnWidth ? 2 : 1;
    if (count == m_placedRows && columns == m_placedColumns) {
        return;
    }
    m_placedRows = count;
    m_placedColumns = columns;
    for (int index = 0; index < count; ++index) {
        const int line = index / columns;
        const int first = index % columns * cellsPerKind;
        m_layout->addWidget(m_rows.at(index).icon, line, first);
        m_layout->addWidget(m_rows.at(index).label, line, first + 1);
        m_layout->addWidget(m_rows.at(index).picker, line, first + 2);
    }
    m_layout->setColumnStretch(2, 1);
    m_layout->setColumnMinimumWidth(3, columns == 2 ? gridUnit : 0);
    m_layout->setColumnStretch(cellsPerKind + 2, columns == 2 ? 1 : 0);
}

void KindBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place();
}

void KindBar::fillRow(int index, std::optional<MediaKind> kind, qint64 count)
{
    const Row &row = m_rows.at(index);
    const bool isNew = m_kinds.size() <= index;
    if (isNew) {
        m_kinds.append(std::nullopt);
    }
    if (isNew || m_kinds.at(index) != kind) {
        m_kinds[index] = kind;
        row.picker->setPresets(m_shownPresets, kind);
    }
    row.icon->setVisible(kind.has_value());
    if (kind) {
        const QString kindText = capitalised(mediaKindText(*kind, count));
        row.icon->setPixmap(kindIcon(*kind).pixmap(smallIconSide));
        row.label->setText(QStringLiteral("%1 (%2)").arg(kindText, QLocale().toString(count)));
        row.picker->setAccessibleName(tr("Preset for %1").arg(mediaKindText(*kind, 2)));
        row.picker->setPreset(m_session.presetFor(*kind));
    } else {
        row.label->setText(tr("Preset"));
        row.picker->setAccessibleName(tr("Preset"));
        row.picker->setPreset(m_session.presets().find(m_startingPreset));
    }
}

} // namespace batchwright
