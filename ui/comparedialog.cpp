#include "ui/comparedialog.h"

#include "ui/comparisonview.h"
#include "ui/jobtext.h"
#include "ui/theme.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace batchwright {

CompareDialog::CompareDialog(Session &session, JobId id, QWidget *parent)
    : QDialog(parent), m_session(session), m_id(id), m_view(new ComparisonView(session, this))
{
    setObjectName(QStringLiteral("compareDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    resize(128 * gridUnit, 80 * gridUnit);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setIcon({}); // the desktop's is black on any ground
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(m_view, 1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(&session.jobs(), &JobList::jobsChanged, this, [this](const QVector<JobId> &ids) {
        if (ids.contains(m_id)) {
            refresh();
        }
    });
    connect(&session.jobs(), &JobList::jobsRemoved, this, &CompareDialog::refresh);
    connect(&session.jobs(), &JobList::jobsReset, this, &CompareDialog::refresh);
    refresh();
}

void CompareDialog::refresh()
{
    const Job *job = m_session.jobs().find(m_id);
    if (!job) {
        close();
        return;
    }
    setWindowTitle(nameCellText(*job));
    m_view->setFiles(comparedFiles(*job));
}

} // namespace batchwright
