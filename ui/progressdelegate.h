// ProgressDelegate: paints a row of the job table: names elided in the middle, numbers on the right, the state
// as an icon and words, or as a bar while the job runs. No widgets.
#pragma once

#include <QElapsedTimer>
#include <QStyledItemDelegate>

namespace batchwright {

struct Job;
class Pictures;

class ProgressDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit ProgressDelegate(QObject *parent = nullptr);

    /// Rows show these in place of the icon of their kind; must outlive it. Null: icons only.
    void setPictures(const Pictures *pictures) { m_pictures = pictures; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintState(QPainter *painter, const QStyleOptionViewItem &option, const Job &job) const;
    QRect paintPicture(QPainter *painter, const QStyleOptionViewItem &option, QRect area,
                       const Job &job) const;
    void paintBar(QPainter *painter, const QStyleOptionViewItem &option, QRect area, double fraction) const;

    const Pictures *m_pictures = nullptr;
    QElapsedTimer m_clock; ///< moves the bar of jobs whose progress is not known
};

} // namespace batchwright
