#include "ui/droparea.h"

#include "ui/chip.h"
#include "ui/icons.h"
#include "ui/theme.h"

#include <QAction>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace batchwright {

namespace {

constexpr int frameMargin = 3 * gridUnit;
constexpr int frameRadius = 2 * gridUnit;
constexpr int pictureHeight = 12 * gridUnit;
constexpr int tooLowForPicture = 56 * gridUnit;

QLabel *makeSentence(const QString &text, const QFont &font, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setFont(font);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    return label;
}

/// The first kind that a preset names, for its picture.
MediaKind kindOf(const Preset &preset)
{
    const auto kind =
        std::find_if(std::begin(allMediaKinds), std::end(allMediaKinds), [&](MediaKind candidate) {
            return !preset.kinds.isEmpty() && preset.kinds.first() == mediaKindId(candidate);
        });
    return kind == std::end(allMediaKinds) ? MediaKind::Other : *kind;
}

QFont titleFont(const QFont &font)
{
    QFont title = boldFont(font);
    if (title.pointSizeF() > 0) {
        title.setPointSizeF(font.pointSizeF() * 1.5);
    }
    return title;
}

} // namespace

DropArea::DropArea(QAction *addFiles, QAction *addFolder, QWidget *parent)
    : QWidget(parent),
      m_picture(new QLabel(this)),
      m_about(makeSentence(QString(), font(), this)),
      m_begin(makeSentence(tr("Choose what they become"), smallFont(font()), this)),
      m_chipRow(new QWidget(this)),
      m_chips(new QButtonGroup(this))
{
    setObjectName(QStringLiteral("dropArea"));
    setAccessibleName(tr("Drop files or folders here"));
    m_picture->setAlignment(Qt::AlignCenter);
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, toneColor(Tone::Muted, colors));
    m_about->setPalette(colors);
    m_begin->setPalette(colors);
    m_about->setFixedWidth(56 * gridUnit);
    // Two lines are reserved, so that choosing another preset moves nothing.
    m_about->setMinimumHeight(2 * fontMetrics().lineSpacing());
    m_about->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    auto *chipLayout = new QHBoxLayout(m_chipRow);
    chipLayout->setContentsMargins(0, 0, 0, 0);
    chipLayout->setSpacing(gridUnit);

    auto *layout = new QVBoxLayout(this);
    const int margin = frameMargin + 2 * gridUnit;
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(0);
    layout->addStretch(3);
    layout->addWidget(m_picture);
    layout->addSpacing(3 * gridUnit);
    layout->addWidget(makeSentence(tr("Drop photos, videos, music or scans here"), titleFont(font()), this));
    layout->addSpacing(3 * gridUnit);
    layout->addWidget(makeButtons(addFiles, addFolder), 0, Qt::AlignHCenter);
    layout->addSpacing(5 * gridUnit);
    layout->addWidget(m_begin);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_chipRow, 0, Qt::AlignHCenter);
    layout->addSpacing(3 * gridUnit / 2);
    layout->addWidget(m_about, 0, Qt::AlignHCenter);
    layout->addStretch(4);
    m_chips->setExclusive(false);
}

QWidget *DropArea::makeButtons(QAction *addFiles, QAction *addFolder)
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    for (QAction *action : {addFiles, addFolder}) {
        const QString text = action->text().remove(u'…').remove(u'&');
        auto *button = new QPushButton(action->icon(), text, row);
        button->setMinimumSize(16 * gridUnit, 4 * gridUnit + gridUnit / 2);
        button->setToolTip(action->toolTip());
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        layout->addWidget(button);
    }
    return row;
}

void DropArea::setPresets(const QVector<PresetPointer> &presets)
{
    qDeleteAll(m_chips->buttons());
    for (const PresetPointer &preset : presets) {
        auto *chip = new Chip(kindIconName(kindOf(*preset)), preset->name, m_chipRow);
        chip->setToolTip(preset->about);
        chip->setProperty("presetId", preset->id);
        m_chips->addButton(chip);
        m_chipRow->layout()->addWidget(chip);
        connect(chip, &QAbstractButton::clicked, this, [this, id = preset->id] { emit presetPicked(id); });
    }
}

void DropArea::setChosen(const PresetPointer &preset)
{
    const QString id = preset ? preset->id : QString();
    for (QAbstractButton *chip : m_chips->buttons()) {
        chip->setChecked(chip->property("presetId").toString() == id);
    }
    m_about->setText(preset ? preset->about : QString());
}

void DropArea::resizeEvent(QResizeEvent *event)
{
    // In a low window the words and buttons matter more than the picture.
    m_picture->setVisible(height() >= tooLowForPicture);
    QWidget::resizeEvent(event);
}

/// The label asks for a new layout with each picture that it is given, and so for another painting.
void DropArea::refreshPicture()
{
    const QPalette colors = palette();
    const QColor line = mixedColor(colors.color(QPalette::Window), colors.color(QPalette::WindowText), 0.4);
    const QPair<qreal, QRgb> look(devicePixelRatioF(), line.rgba());
    if (std::exchange(m_pictureLook, look) != look) {
        m_picture->setPixmap(linePixmap(QStringLiteral("drop-picture"), pictureHeight, look.first, line));
    }
}

void DropArea::paintEvent(QPaintEvent *)
{
    const QPalette colors = palette();
    refreshPicture();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(mixedColor(colors.color(QPalette::Window), colors.color(QPalette::WindowText), 0.28), 1.5);
    pen.setDashPattern({5, 4});
    painter.setPen(pen);
    painter.setBrush(mixedColor(colors.color(QPalette::Window), colors.color(QPalette::Base), 0.6));
    const QRectF frame = QRectF(rect()).adjusted(frameMargin, frameMargin, -frameMargin, -frameMargin);
    painter.drawRoundedRect(frame, frameRadius, frameRadius);
}

} // namespace batchwright
