// NoticeBar: one line above the table that says what was added or what went wrong there, without asking anything.
// Hidden when there is nothing to say.
#pragma once

#include "app/import/fileimporter.h"
#include "ui/theme.h"

#include <QFrame>
#include <QTimer>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace batchwright {

class NoticeBar final : public QFrame
{
    Q_OBJECT

public:
    explicit NoticeBar(QWidget *parent = nullptr);

    /// Appears when files are still looked for after a moment: a bar that comes and goes with each small drop would only make
    /// the table jump.
    void showImport(qint64 found);
    /// Reports add up until the bar is closed; a report without a remark hides the bar.
    void showReport(const ImportReport &report);
    void showMessage(const QString &sentence, Tone tone);
    /// Stays until one of its two buttons is pressed; other notices come and go over it.
    void showQuestion(const QString &question, const QString &yes, const QString &no);

signals:
    void importStopRequested();
    /// The question was answered, and is gone.
    void answeredYes();
    void answeredNo();
    void refusedListRequested(const QVector<batchwright::Error> &refused);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    enum class Mode { Import, Report, Message, Question };
    QPushButton *makeAnswer(const char *name, void (NoticeBar::*answer)());
    void show(Mode mode, const QString &text);
    void showFound();
    void dismiss();

    QLabel *m_icon;
    QLabel *m_text;
    QProgressBar *m_busy;
    QPushButton *m_stop;
    QPushButton *m_show;
    QPushButton *m_yes;
    QPushButton *m_no;
    QToolButton *m_close;
    QString m_question; ///< one that waits for its answer
    Tone m_tone = Tone::Normal;
    ImportReport m_sum;
    QTimer m_importDelay;
    qint64 m_found = 0;
    bool m_isImportShown = false;
};

/// "214 files were added, 3 were in the list already, 2 could not be added." Empty when nothing is remarkable.
QString importSentence(const ImportReport &report);

} // namespace batchwright
