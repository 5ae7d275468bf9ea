// Chip: a small rounded button that stays down while it is chosen.
#pragma once

#include <QAbstractButton>

namespace batchwright {

class Chip final : public QAbstractButton
{
    Q_OBJECT

public:
    Chip(const QString &iconName, const QString &text, QWidget *parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QString m_iconName;
};

} // namespace batchwright
