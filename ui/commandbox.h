// CommandBox: a command (or a log) to read and to copy, with its heading. Never run from here.
#pragma once

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QToolButton;

namespace batchwright {

class CommandBox final : public QWidget
{
    Q_OBJECT

public:
    /// `lines`: how many lines are visible without scrolling; 0 takes what room there is.
    CommandBox(const QString &heading, int lines, QWidget *parent = nullptr);

    void setHeading(const QString &heading);
    /// Keeps the place when the same text grows at its end.
    void setText(const QString &text);
    QString text() const;

private:
    QLabel *m_heading;
    QPlainTextEdit *m_text;
    QToolButton *m_copy;
};

} // namespace batchwright
