// FailurePanel: below the plan bar, when asked for: the files that failed, grouped by cause, each group with what to do
// about it, a button that shows only its files and one that converts them again. Not modal: the batch goes on, and
// groups grow. Owned by the main window.
#pragma once

#include "app/job/failuregroups.h"
#include "app/session/session.h"

#include <QFrame>
#include <QTimer>

class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace batchwright {

/// One group: how many, why, what to do.
class FailureRow final : public QWidget
{
    Q_OBJECT

public:
    explicit FailureRow(const FailureGroup &group, QWidget *parent = nullptr);

    void setGroup(const FailureGroup &group);
    const FailureGroup &group() const { return m_group; }
    bool isSameCause(const FailureGroup &group) const;
    bool isShown() const;
    void setShown(bool isShown);

signals:
    void showTurned(bool isShown);
    void retryRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyColors();

    FailureGroup m_group;
    QLabel *m_count;
    QLabel *m_title;
    QLabel *m_advice;
    QPushButton *m_show;
    QPushButton *m_retry;
};

class FailurePanel final : public QFrame
{
    Q_OBJECT

public:
    explicit FailurePanel(Session &session, QWidget *parent = nullptr);

    /// Open only while something has failed. The keyboard goes to the first group.
    void setOpen(bool isOpen);

signals:
    /// Only these rows are to be seen.
    void groupShown(const QVector<batchwright::JobId> &ids);
    /// All rows again.
    void groupHidden();
    /// By itself or with Escape.
    void closed();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void refresh();
    void collapse();
    void removeGone(const QVector<FailureGroup> &groups);
    FailureRow *addRow(const FailureGroup &group);
    void turnShow(FailureRow *row, bool isShown);
    void retry(const FailureRow *row);
    void fitHeight();

    Session &m_session;
    QScrollArea *m_area;
    QWidget *m_content;
    QVBoxLayout *m_layout;
    QVector<FailureRow *> m_rows;
    QTimer m_timer;
};

} // namespace batchwright
