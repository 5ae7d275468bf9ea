// PicturePane: one picture of a comparison, whole or at one picture pixel per screen pixel. Draws what it is given and
// tells which part it would like to have; knows nothing of files.
#pragma once

#include <QImage>
#include <QWidget>

namespace batchwright {

class PicturePane final : public QWidget
{
    Q_OBJECT

public:
    enum class Zoom { Fit, Pixels };

    explicit PicturePane(const QString &name, QWidget *parent = nullptr);

    /// Forgets everything; `pixels`: of the picture, empty while that is not known.
    void clear(const QSize &pixels);
    /// Its size became known.
    void setPixels(const QSize &pixels);
    /// A sentence in place of a picture.
    void setMessage(const QString &message);
    /// In any size, for both zooms: blurred, it stands in for parts that are not there yet.
    void setWhole(const QImage &whole);
    /// A part with its own pixels, and which.
    void setPart(const QImage &part, const QRect &pixels);
    void setZoom(Zoom zoom);
    /// What is in the middle with Zoom::Pixels: from (0, 0) to (1, 1).
    void setCentre(const QPointF &centre);

    QSize pixels() const { return m_pixels; }
    bool hasWhole() const { return !m_whole.isNull(); }
    /// With Zoom::Pixels: the part to have, larger than what is seen; empty when nothing is lacking.
    QRect lackingPart() const;

signals:
    /// By dragging, or a double click: this is to be in the middle of both.
    void centreWanted(const QPointF &centre);
    /// A double click.
    void zoomWanted(batchwright::PicturePane::Zoom zoom);
    /// Another part is seen.
    void viewChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;

private:
    QRect seenPixels() const;
    QRectF fitArea() const;
    void refreshCursor();

    QSize m_pixels;
    QImage m_whole;
    QImage m_part;
    QRect m_partPixels;
    QString m_message;
    Zoom m_zoom = Zoom::Fit;
    QPointF m_centre{0.5, 0.5};
    QPointF m_dragFrom;   ///< position of the mouse
    QPointF m_dragCentre; ///< m_centre at that moment
    bool m_isDragged = false;
};

} // namespace batchwright
