// DropOverlay: covers the window while files are dragged over it and says that they may be let go. Lets all
// events through.
#pragma once

#include <QWidget>

namespace batchwright {

class DropOverlay final : public QWidget
{
    Q_OBJECT

public:
    explicit DropOverlay(QWidget *parent);

    /// Covers the parent as it is now.
    void cover();

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace batchwright
