#include "ui/refusedlist.h"

#include "ui/jobcommands.h"
#include "ui/theme.h"

#include <QDialogButtonBox>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace batchwright {

RefusedList::RefusedList(const QVector<Error> &refused, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("refusedList"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Files that could not be added"));
    resize(80 * gridUnit, 48 * gridUnit);
    auto *list = new QListWidget(this);
    list->setAccessibleName(windowTitle());
    list->setWordWrap(true);
    list->setUniformItemSizes(false);
    list->setSpacing(gridUnit / 4);
    QStringList sentences;
    for (const Error &error : refused) {
        sentences.append(error.advice.isEmpty() ? error.sentence : error.sentence + u' ' + error.advice);
    }
    list->addItems(sentences);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton *copy = buttons->addButton(tr("Copy list"), QDialogButtonBox::ActionRole);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(list);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(copy, &QPushButton::clicked, this, [sentences] { copyText(sentences.join(u'\n')); });
}

} // namespace batchwright
