// StartButton: the one button that everything leads to: filled with the colour of the selection, in every style.
#pragma once

#include <QPushButton>

namespace batchwright {

class StartButton final : public QPushButton
{
    Q_OBJECT

public:
    explicit StartButton(QWidget *parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace batchwright
