// ComparisonView: an original and its result side by side, whole or pixel by pixel, with their sizes. The pictures come from
// the session's workers. The session must outlive it.
#pragma once

#include "app/session/session.h"
#include "app/session/shownfile.h"
#include "ui/picturepane.h"

#include <QTimer>

#include <array>

class QButtonGroup;
class QLabel;

namespace batchwright {

struct Preview;

/// One side of a comparison. An empty path of the file: there is nothing to show, `message` says why.
struct ComparedFile {
    ShownFile file;
    qint64 bytes = 0;
    QSize pixels; ///< upright; empty: not known yet
    QString message;

    bool operator==(const ComparedFile &) const = default;
};

/// The two sides for a job: its source and, when it is done, its result.
std::array<ComparedFile, 2> comparedFiles(const Job &job);
/// Photos and scans.
bool isStillPicture(MediaKind kind);
/// True when both sides have pictures that can be compared.
bool canCompare(const Job &job);

class ComparisonView final : public QWidget
{
    Q_OBJECT

public:
    explicit ComparisonView(Session &session, QWidget *parent = nullptr);

    /// Equal files are not asked for again.
    void setFiles(const std::array<ComparedFile, 2> &files);
    void setZoom(PicturePane::Zoom zoom);

private:
    struct Side {
        ComparedFile file;
        PicturePane *pane = nullptr;
        QLabel *title = nullptr;
        bool isAsked = false; ///< for a part
    };

    void buildLayout();
    void setFile(size_t place, const ComparedFile &file);
    void takeSize(size_t place, const QSize &size);
    void takeWhole(size_t place, const Preview &preview);
    void askForPart(size_t place);
    void refreshTitle(const Side &side) const;

    Session &m_session;
    std::array<Side, 2> m_sides;
    QButtonGroup *m_zooms;
    QTimer m_partTimer; ///< a drag asks for one part, not for a hundred
    PicturePane::Zoom m_zoom = PicturePane::Zoom::Fit;
};

} // namespace batchwright
