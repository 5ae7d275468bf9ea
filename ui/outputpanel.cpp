#include "ui/outputpanel.h"

#include "ui/icons.h"
#include "ui/originalspanel.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QStandardPaths>
#include <QToolButton>

namespace batchwright {

QString placeText(const OutputSettings &output)
{
    if (output.place == OutputPlace::NextToSource || output.folder.isEmpty()) {
        return OutputPanel::tr("next to the originals");
    }
    const QString name = QDir(output.folder).dirName();
    return OutputPanel::tr("in %1").arg(name.isEmpty() ? output.folder : name);
}

OutputPanel::OutputPanel(Session &session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_nextToSource(new QRadioButton(tr("Next to the originals"), this)),
      m_inFolder(new QRadioButton(tr("In one folder"), this)),
      m_folder(new QLineEdit(this)),
      m_browse(new QToolButton(this)),
      m_mirror(new QCheckBox(tr("With the folders of the originals"), this)),
      m_folderProblem(new QLabel(this)),
      m_name(new QLineEdit(this)),
      m_tokens(new QToolButton(this)),
      m_exampleText(new QLabel(this)),
      m_exists(new QComboBox(this)),
      m_originals(new OriginalsPanel(session, this))
{
    m_exists->setObjectName(QStringLiteral("existsRule"));
    m_exists->setAccessibleName(tr("When the result is there already"));
    m_exists->addItem(tr("Keep both, add a number"), static_cast<int>(ExistsRule::Rename));
    m_exists->addItem(tr("Skip the file"), static_cast<int>(ExistsRule::Skip));
    m_exists->addItem(tr("Replace the old result"), static_cast<int>(ExistsRule::Replace));
    m_exists->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_exampleText->setFont(smallFont(font()));
    m_exampleText->setWordWrap(true);
    m_exampleText->setTextFormat(Qt::PlainText);

    auto *layout = new QFormLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(2 * gridUnit);
    layout->setVerticalSpacing(gridUnit);
    layout->addRow(makePlaceRows());
    const auto makeLabel = [this](const QString &text, QWidget *buddy) {
        auto *label = new QLabel(text, this);
        label->setMinimumWidth(formLabelWidth);
        label->setBuddy(buddy);
        return label;
    };
    layout->addRow(makeLabel(tr("Name"), m_name), makeNameRow());
    layout->addRow(makeLabel(QString(), nullptr), m_exampleText);
    layout->addRow(makeLabel(tr("If it exists"), m_exists), m_exists);
    layout->addRow(m_originals);
    connect(m_exists, &QComboBox::currentIndexChanged, this, [this] {
        OutputSettings output = m_session.outputSettings();
        output.exists = static_cast<ExistsRule>(m_exists->currentData().toInt());
        apply(output);
    });
    connect(&session, &Session::planChanged, this, &OutputPanel::refreshExample);
    refresh();
}

QWidget *OutputPanel::makePlaceRows()
{
    m_folder->setObjectName(QStringLiteral("outputFolder"));
    m_folder->setAccessibleName(tr("Output folder"));
    m_folder->setPlaceholderText(tr("Choose a folder"));
    m_browse->setIcon(actionIcon(QStringLiteral("folder-open"), QStringLiteral("folder")));
    m_browse->setToolTip(tr("Choose the output folder"));
    m_browse->setAccessibleName(tr("Choose the output folder"));
    m_mirror->setToolTip(tr("Sub-folders of what you added are made again in the output folder."));
    m_folderProblem->setFont(smallFont(font()));
    m_folderProblem->setWordWrap(true);
    m_folderProblem->hide();

    auto *rows = new QWidget(this);
    auto *layout = new QGridLayout(rows);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    layout->setColumnMinimumWidth(0, 2 * gridUnit);
    layout->addWidget(m_nextToSource, 0, 0, 1, 3);
    layout->addWidget(m_inFolder, 1, 0, 1, 3);
    layout->addWidget(m_folder, 2, 1);
    layout->addWidget(m_browse, 2, 2);
    layout->addWidget(m_folderProblem, 3, 1, 1, 2);
    layout->addWidget(m_mirror, 4, 1, 1, 2);

    connect(m_nextToSource, &QRadioButton::clicked, this, [this] {
        OutputSettings output = m_session.outputSettings();
        output.place = OutputPlace::NextToSource;
        apply(output);
    });
    connect(m_inFolder, &QRadioButton::clicked, this, [this] {
        if (m_session.outputSettings().folder.isEmpty()) {
            refresh();
            chooseFolder();
        } else {
            applyFolder(m_session.outputSettings().folder);
        }
    });
    connect(m_folder, &QLineEdit::editingFinished, this, [this] { applyFolder(m_folder->text().trimmed()); });
    connect(m_browse, &QToolButton::clicked, this, &OutputPanel::chooseFolder);
    connect(m_mirror, &QCheckBox::toggled, this, [this](bool isOn) {
        OutputSettings output = m_session.outputSettings();
        output.tree = isOn ? FolderTree::Mirror : FolderTree::Flat;
        apply(output);
    });
    return rows;
}

QWidget *OutputPanel::makeNameRow()
{
    m_name->setObjectName(QStringLiteral("nameTemplate"));
    m_name->setAccessibleName(tr("Name of the results"));
    m_name->setPlaceholderText(tr("as the preset says"));
    m_name->setClearButtonEnabled(true);
    m_tokens->setIcon(lineIcon(QStringLiteral("add")));
    m_tokens->setToolTip(tr("Insert a part of the name"));
    m_tokens->setAccessibleName(tr("Insert a part of the name"));
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_name);
    layout->addWidget(m_tokens);
    connect(m_tokens, &QToolButton::clicked, this, &OutputPanel::showTokenMenu);
    connect(m_name, &QLineEdit::textChanged, this, [this](const QString &text) {
        OutputSettings output = m_session.outputSettings();
        if (output.nameTemplate != text) {
            output.nameTemplate = text;
            apply(output);
        }
        refreshExample();
    });
    return row;
}

void OutputPanel::showTokenMenu()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const auto &[token, meaning] : nameTokens()) {
        const QString text = token.startsWith(u'{') ? token : QStringLiteral("{%1}").arg(token);
        QAction *action = menu->addAction(QStringLiteral("%1\t%2").arg(meaning, text));
        connect(action, &QAction::triggered, m_name, [this, text] {
            m_name->insert(text);
            m_name->setFocus();
        });
    }
    menu->popup(m_tokens->mapToGlobal(QPoint(0, m_tokens->height())));
}

void OutputPanel::chooseFolder()
{
    const QString folder = m_session.outputSettings().folder;
    auto *dialog = new QFileDialog(window(), tr("Output folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setDirectory(folder.isEmpty() ? m_session.settings().lastFolder : folder);
    connect(dialog, &QFileDialog::fileSelected, this, &OutputPanel::applyFolder);
    dialog->open();
}

void OutputPanel::applyFolder(const QString &folder)
{
    OutputSettings output = m_session.outputSettings();
    const bool isUsable = QDir::isAbsolutePath(folder);
    m_folderProblem->setText(tr("Give the whole path of the folder, from the / on."));
    m_folderProblem->setVisible(!isUsable && !folder.isEmpty());
    if (isUsable) {
        output.folder = QDir::cleanPath(folder);
        output.place = OutputPlace::Folder;
        apply(output);
    }
}

void OutputPanel::apply(const OutputSettings &output)
{
    if (output != m_session.outputSettings()) {
        m_session.setOutputSettings(output);
    }
    refresh();
}

void OutputPanel::setExample(JobId id)
{
    m_example = id;
    refreshExample();
}

void OutputPanel::refresh()
{
    const OutputSettings &output = m_session.outputSettings();
    const bool isFolder = output.place == OutputPlace::Folder;
    for (QRadioButton *button : {m_nextToSource, m_inFolder}) {
        button->setChecked((button == m_inFolder) == isFolder);
    }
    if (!m_folder->hasFocus() || QDir::isAbsolutePath(output.folder)) {
        m_folder->setText(output.folder);
    }
    m_folder->setToolTip(output.folder);
    m_mirror->setEnabled(isFolder);
    const QSignalBlocker mirrorBlocker(m_mirror);
    m_mirror->setChecked(output.tree == FolderTree::Mirror);
    if (m_name->text() != output.nameTemplate) {
        m_name->setText(output.nameTemplate);
    }
    const QSignalBlocker existsBlocker(m_exists);
    m_exists->setCurrentIndex(m_exists->findData(static_cast<int>(output.exists)));
    m_originals->refresh();
    refreshExample();
}

void OutputPanel::refreshExample()
{
    const JobList &jobs = m_session.jobs();
    const Job *job = jobs.find(m_example);
    for (int index = 0; !(job && job->settings) && index < std::min(jobs.size(), 100); ++index) {
        job = &jobs.at(index);
    }
    QPalette colors = palette();
    if (!job || !job->settings || job->settings->preset->isMeasuring()) {
        m_exampleText->setText(QString());
        m_exampleText->setVisible(false);
        return;
    }
    const Result<QString> name = m_session.namePreview(job->id, m_name->text());
    // The plan knows more than the template: a name that is taken gets a number.
    const QString planned = job->target.section(u'/', -1);
    const QString shown = name && job->state == JobState::Ready && !planned.isEmpty() ? planned
                          : name                                                      ? *name
                                                                                      : QString();
    m_exampleText->setText(name ? QStringLiteral("%1 → %2").arg(job->fileName(), shown)
                                : name.error().sentence);
    m_exampleText->setAccessibleName(m_exampleText->text());
    colors.setColor(QPalette::WindowText, toneColor(name ? Tone::Muted : Tone::Bad, colors));
    m_exampleText->setPalette(colors);
    m_exampleText->setVisible(true);
}

} // namespace batchwright
