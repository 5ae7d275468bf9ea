#include "ui/commandbox.h"

#include "ui/icons.h"
#include "ui/jobcommands.h"
#include "ui/theme.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace batchwright {

CommandBox::CommandBox(const QString &heading, int lines, QWidget *parent)
    : QWidget(parent),
      m_heading(new QLabel(this)),
      m_text(new QPlainTextEdit(this)),
      m_copy(new QToolButton(this))
{
    m_heading->setFont(boldFont(font()));
    m_heading->setWordWrap(true);
    m_copy->setIcon(actionIcon(QStringLiteral("edit-copy"), QStringLiteral("copy")));
    m_copy->setText(tr("Copy"));
    m_copy->setToolTip(tr("Copy"));
    m_copy->setAutoRaise(true);
    m_text->setReadOnly(true);
    m_text->setAcceptDrops(false);
    m_text->setTabChangesFocus(true);
    m_text->setWordWrapMode(QTextOption::WrapAnywhere);
    m_text->setFont(smallFont(QFontDatabase::systemFont(QFontDatabase::FixedFont)));
    if (lines > 0) {
        const int margins = 2 * m_text->frameWidth() + 2 * gridUnit;
        m_text->setFixedHeight(QFontMetrics(m_text->font()).lineSpacing() * lines + margins);
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    }
    setHeading(heading);

    auto *top = new QHBoxLayout;
    top->addWidget(m_heading, 1);
    top->addWidget(m_copy, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit / 2);
    layout->addLayout(top);
    layout->addWidget(m_text, 1);
    connect(m_copy, &QToolButton::clicked, this, [this] { copyText(m_text->toPlainText()); });
}

void CommandBox::setHeading(const QString &heading)
{
    m_heading->setText(heading);
    m_text->setAccessibleName(heading);
    m_copy->setAccessibleName(tr("Copy: %1").arg(heading));
}

void CommandBox::setText(const QString &text)
{
    if (text == m_text->toPlainText()) {
        return;
    }
    QScrollBar *bar = m_text->verticalScrollBar();
    const int place = bar->value();
    const bool isAtEnd = place == bar->maximum() && place > 0;
    m_text->setPlainText(text);
    bar->setValue(isAtEnd ? bar->maximum() : place);
    m_copy->setEnabled(!text.isEmpty());
}

QString CommandBox::text() const
{
    return m_text->toPlainText();
}

} // namespace batchwright
