#include "ui/comparisonview.h"

#include "app/base/humantext.h"
#include "app/base/whendone.h"
#include "app/session/previews.h"
#include "ui/jobtext.h"
#include "ui/pictures.h"
#include "ui/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace batchwright {

namespace {

/// Pixels along the longest side of a whole picture: half of a large screen at twice the usual density.
constexpr int wholeSide = 2048;
constexpr int partDelay = 80; // ms

QString sideName(size_t place)
{
    return place == 0 ? ComparisonView::tr("Before") : ComparisonView::tr("After");
}

QSize uprightPixels(const MediaInfo &facts)
{
    constexpr int firstLyingOrientation = 5;
    const QSize size(facts.width, facts.height);
    return size.isEmpty() ? QSize() : facts.orientation >= firstLyingOrientation ? size.transposed() : size;
}

} // namespace

std::array<ComparedFile, 2> comparedFiles(const Job &job)
{
    ComparedFile before{shownSource(job), job.facts.bytes, uprightPixels(job.facts), {}};
    ComparedFile after;
    if (job.state == JobState::Done && !job.result().outputPath.isEmpty()) {
        after = {ShownFile{job.result().outputPath, MediaKind::Photo, 0}, job.result().outputBytes, {}, {}};
    } else {
        after.message =
            isFinished(job.state) ? stateCellText(job) : ComparisonView::tr("There is no result yet.");
    }
    if (!job.result().sourceMovedTo.isEmpty()) {
        before.file.path = job.result().sourceMovedTo;
    }
    return {before, after};
}

bool isStillPicture(MediaKind kind)
{
    return kind == MediaKind::Photo || kind == MediaKind::Dicom;
}

bool canCompare(const Job &job)
{
    return isStillPicture(job.facts.kind) && job.state == JobState::Done
           && !job.result().outputPath.isEmpty();
}

ComparisonView::ComparisonView(Session &session, QWidget *parent)
    : QWidget(parent), m_session(session), m_zooms(new QButtonGroup(this))
{
    setObjectName(QStringLiteral("comparison"));
    for (size_t place = 0; place < m_sides.size(); ++place) {
        m_sides[place].pane = new PicturePane(sideName(place), this);
        m_sides[place].title = new QLabel(this);
    }
    buildLayout();
    m_partTimer.setSingleShot(true);
    m_partTimer.setInterval(partDelay);
    connect(&m_partTimer, &QTimer::timeout, this, [this] {
        for (size_t place = 0; place < m_sides.size(); ++place) {
            askForPart(place);
        }
    });
    for (const Side &side : m_sides) {
        connect(side.pane, &PicturePane::centreWanted, this, [this](const QPointF &centre) {
            for (const Side &each : m_sides) {
                each.pane->setCentre(centre);
            }
            m_partTimer.start();
        });
        connect(side.pane, &PicturePane::zoomWanted, this, &ComparisonView::setZoom);
        connect(side.pane, &PicturePane::viewChanged, this, [this] { m_partTimer.start(); });
    }
}

void ComparisonView::buildLayout()
{
    auto *zooms = new QHBoxLayout;
    zooms->setSpacing(gridUnit / 2);
    zooms->addStretch(1);
    const auto addZoom = [&](const QString &text, const QString &tip, PicturePane::Zoom zoom) {
        auto *button = new QToolButton(this);
        button->setText(text);
        button->setToolTip(tip);
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setMinimumHeight(3 * gridUnit);
        m_zooms->addButton(button, static_cast<int>(zoom));
        zooms->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this, zoom] { setZoom(zoom); });
        return button;
    };
    addZoom(tr("Fit"), tr("The whole pictures"), PicturePane::Zoom::Fit)->setChecked(true);
    addZoom(tr("100 %"), tr("Pixel by pixel; drag to see another place"), PicturePane::Zoom::Pixels);

    auto *sides = new QHBoxLayout;
    sides->setSpacing(gridUnit);
    for (const Side &side : m_sides) {
        side.title->setFont(smallFont(font()));
        side.title->setTextFormat(Qt::PlainText);
        side.title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        auto *column = new QVBoxLayout;
        column->setSpacing(gridUnit / 2);
        column->addWidget(side.title);
        column->addWidget(side.pane, 1);
        sides->addLayout(column, 1);
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit / 2);
    layout->addLayout(zooms);
    layout->addLayout(sides, 1);
}

void ComparisonView::setFiles(const std::array<ComparedFile, 2> &files)
{
    for (size_t place = 0; place < files.size(); ++place) {
        const ComparedFile &known = m_sides[place].file;
        ComparedFile file = files[place];
        if (file.pixels.isEmpty() && file.file == known.file && file.bytes == known.bytes) {
            file.pixels = known.pixels; // as it was found out here
        }
        if (!(file == known)) {
            setFile(place, file);
        }
    }
}

void ComparisonView::setFile(size_t place, const ComparedFile &file)
{
    Side &side = m_sides[place];
    const bool isOther = !(file.file == side.file.file) || file.bytes != side.file.bytes;
    side.file = file;
    refreshTitle(side);
    if (!isOther && !file.file.path.isEmpty()) {
        return; // the facts of the same file came
    }
    side.isAsked = false;
    side.pane->clear(file.pixels);
    side.pane->setMessage(file.message);
    if (file.file.path.isEmpty()) {
        return;
    }
    const auto ifSame = [this, place, shown = file.file](auto take) {
        return [this, place, shown, take](const auto &value) {
            if (m_sides[place].file.file == shown) {
                take(place, value);
            }
        };
    };
    whenDone(m_session.previews().whole(file.file, wholeSide), this,
             ifSame([this](size_t at, const Preview &preview) { takeWhole(at, preview); }));
    if (file.pixels.isEmpty()) {
        whenDone(m_session.previews().pixelSize(file.file), this,
                 ifSame([this](size_t at, const QSize &size) { takeSize(at, size); }));
    }
}

void ComparisonView::takeSize(size_t place, const QSize &size)
{
    Side &side = m_sides[place];
    if (size.isEmpty() || size == side.pane->pixels()) {
        side.file.pixels = size;
        refreshTitle(side);
        return;
    }
    side.file.pixels = size;
    refreshTitle(side);
    side.pane->setPixels(size);
    m_partTimer.start();
}

void ComparisonView::takeWhole(size_t place, const Preview &preview)
{
    Side &side = m_sides[place];
    const QImage image = imageOf(preview.picture);
    if (image.isNull()) {
        side.pane->setMessage(preview.problem ? preview.problem->sentence + u' ' + preview.problem->advice
                                              : tr("No picture could be made of this file."));
        return;
    }
    side.pane->setWhole(image);
    m_partTimer.start();
}

void ComparisonView::askForPart(size_t place)
{
    Side &side = m_sides[place];
    const QRect wanted = side.pane->lackingPart();
    if (side.isAsked || wanted.isEmpty() || !side.pane->hasWhole() || side.file.pixels.isEmpty()) {
        return;
    }
    side.isAsked = true;
    whenDone(m_session.previews().part(side.file.file, wanted), this,
             [this, place, shown = side.file.file, wanted](const Preview &preview) {
                 Side &asked = m_sides[place];
                 if (!(asked.file.file == shown)) {
                     return;
                 }
                 asked.isAsked = false;
                 const QImage image = imageOf(preview.picture);
                 if (!image.isNull()) {
                     asked.pane->setPart(image, wanted);
                     m_partTimer.start(); // it may have been dragged away from there meanwhile
                 }
             });
}

void ComparisonView::setZoom(PicturePane::Zoom zoom)
{
    m_zoom = zoom;
    m_zooms->button(static_cast<int>(zoom))->setChecked(true);
    for (const Side &side : m_sides) {
        side.pane->setZoom(zoom);
    }
    m_partTimer.start();
}

void ComparisonView::refreshTitle(const Side &side) const
{
    QStringList parts{sideName(static_cast<size_t>(&side - m_sides.data()))};
    if (!side.file.pixels.isEmpty()) {
        parts.append(QStringLiteral("%1 × %2").arg(side.file.pixels.width()).arg(side.file.pixels.height()));
    }
    if (!side.file.file.path.isEmpty()) {
        parts.append(sizeText(side.file.bytes));
        side.title->setToolTip(side.file.file.path);
    }
    side.title->setText(parts.join(QStringLiteral(" · ")));
}

} // namespace batchwright
