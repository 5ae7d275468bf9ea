#include "ui/tagspanel.h"

#include "app/base/whendone.h"
#include "ui/icons.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <QtConcurrentRun>

namespace batchwright {

namespace {

constexpr qint64 largestSheet = 4 * 1024 * 1024; ///< bytes; an album sheet has a few thousand

Result<AlbumSheet> sheetFromFile(const QString &path)
{
    const QFileInfo info(path);
    QFile file(path);
    // Only regular files: opening a pipe would wait for ever.
    if (!info.isFile() || info.size() > largestSheet || !file.open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::BadSheet,
                     TagsPanel::tr("%1 cannot be read as an album sheet.").arg(info.fileName()),
                     TagsPanel::tr("Choose a JSON, CSV or CUE file."), file.errorString()};
    }
    return readAlbumSheet(file.readAll(), path);
}

} // namespace

TagsPanel::TagsPanel(Session &session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_model(new TagsModel(session, this)),
      m_table(new QTableView(this)),
      m_load(new QPushButton(tr("Load album sheet…"), this)),
      m_message(new QLabel(this))
{
    auto *hint = new QLabel(tr("Double-click a cell to change it. Grey tags are the file's own."), this);
    hint->setWordWrap(true);
    hint->setFont(smallFont(font()));
    m_load->setToolTip(tr("Tags for all files from a JSON, CSV or CUE file, in the order of the list"));
    m_message->setWordWrap(true);
    m_message->hide();
    m_table->setObjectName(QStringLiteral("tagsTable"));
    m_table->setAccessibleName(tr("Tags"));
    m_table->setModel(m_model);
    m_table->setEditTriggers(QTableView::DoubleClicked | QTableView::EditKeyPressed
                             | QTableView::AnyKeyPressed);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(3 * gridUnit + gridUnit / 2);
    m_table->horizontalHeader()->setDefaultSectionSize(14 * gridUnit);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setHorizontalScrollMode(QTableView::ScrollPerPixel);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_load, 0, Qt::AlignLeft);
    layout->addWidget(m_message);
    layout->addWidget(m_table, 1);
    layout->addWidget(hint);
    connect(m_load, &QPushButton::clicked, this, &TagsPanel::chooseSheet);
}

void TagsPanel::showEvent(QShowEvent *event)
{
    m_model->setActive(true);
    QWidget::showEvent(event);
}

void TagsPanel::hideEvent(QHideEvent *event)
{
    m_model->setActive(false);
    QWidget::hideEvent(event);
}

void TagsPanel::chooseSheet()
{
    auto *dialog = new QFileDialog(window(), tr("Album sheet"), m_session.settings().lastFolder,
                                   tr("Album sheets (*.json *.csv *.cue);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &TagsPanel::loadSheet);
    dialog->open();
}

void TagsPanel::loadSheet(const QString &path)
{
    m_load->setEnabled(false);
    whenDone(QtConcurrent::run(&sheetFromFile, path), this, [this, path](const Result<AlbumSheet> &sheet) {
        m_load->setEnabled(true);
        const QString name = QFileInfo(path).fileName();
        const Outcome applied = sheet ? m_session.applySheet(*sheet, name) : Outcome(sheet.error());
        if (applied) {
            say(tr("The tags of %1 were taken over.").arg(name), Tone::Good);
        } else {
            say(applied.error().sentence + u' ' + applied.error().advice, Tone::Bad);
        }
    });
}

void TagsPanel::say(const QString &sentence, Tone tone)
{
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, toneColor(tone, colors));
    m_message->setPalette(colors);
    m_message->setText(sentence);
    m_message->show();
}

} // namespace batchwright
