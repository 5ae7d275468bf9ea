#include "ui/originalspanel.h"

#include "app/base/humantext.h"
#include "ui/icons.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>

namespace batchwright {

namespace {

/// Characters of a path that fit into the panel; its middle goes first.
constexpr int longestPath = 28;

} // namespace

QString originalsSummary(const OutputSettings &output)
{
    QStringList parts;
    if (output.sourceRule == SourceRule::Trash) {
        parts.append(OriginalsPanel::tr("Originals go to the trash."));
    } else if (output.sourceRule == SourceRule::MoveToFolder) {
        parts.append(
            OriginalsPanel::tr("Originals move to %1.").arg(oneLine(output.sourceFolder, longestPath)));
    }
    if (output.verify || output.sourceRule != SourceRule::Keep) {
        parts.append(OriginalsPanel::tr("Every result is decoded."));
    }
    if (output.onlyIfSmaller) {
        parts.append(OriginalsPanel::tr("Only smaller results are kept."));
    }
    if (!output.keepAttributes) {
        parts.append(OriginalsPanel::tr("Dates are not kept."));
    }
    return parts.join(u'\n');
}

OriginalsPanel::OriginalsPanel(Session &session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_header(new QToolButton(this)),
      m_summary(new QLabel(this)),
      m_content(nullptr),
      m_rule(new QComboBox(this)),
      m_folderRow(nullptr),
      m_folder(new QLineEdit(this)),
      m_browse(new QToolButton(this)),
      m_folderProblem(new QLabel(this)),
      m_verify(new QCheckBox(tr("Check every result by decoding all of it"), this)),
      m_onlyIfSmaller(new QCheckBox(tr("Keep a result only if it is smaller"), this)),
      m_attributes(new QCheckBox(tr("Keep dates, permissions and tags"), this))
{
    m_header->setObjectName(QStringLiteral("originalsHeader"));
    m_header->setText(tr("Originals and checks"));
    m_header->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_header->setArrowType(Qt::RightArrow);
    m_header->setAutoRaise(true);
    m_header->setCheckable(true);
    m_summary->setObjectName(QStringLiteral("originalsSummary"));
    m_summary->setFont(smallFont(font()));
    m_summary->setTextFormat(Qt::PlainText);
    m_content = makeContent();
    m_content->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_header, 0, Qt::AlignLeft);
    layout->addWidget(m_summary);
    layout->addWidget(m_content);
    connectFields();
    refresh();
}

QWidget *OriginalsPanel::makeContent()
{
    m_rule->setObjectName(QStringLiteral("sourceRule"));
    m_rule->setAccessibleName(tr("What becomes of the originals"));
    m_rule->addItem(tr("Keep them where they are"), static_cast<int>(SourceRule::Keep));
    m_rule->addItem(tr("Move them to a folder"), static_cast<int>(SourceRule::MoveToFolder));
    m_rule->addItem(tr("Move them to the trash"), static_cast<int>(SourceRule::Trash));
    m_rule->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_rule->setToolTip(
        tr("An original is moved only when its result is in place and was decoded from end to end."));
    m_verify->setObjectName(QStringLiteral("verifyResults"));
    m_verify->setToolTip(tr("Takes longer, and finds what a look at the file cannot. "
                            "Originals are never moved without it."));
    m_onlyIfSmaller->setObjectName(QStringLiteral("onlyIfSmaller"));
    m_onlyIfSmaller->setToolTip(tr("A file whose result would not be smaller is skipped."));
    m_attributes->setObjectName(QStringLiteral("keepAttributes"));
    m_attributes->setToolTip(
        tr("Results get the dates, permissions and extended attributes of their originals."));

    auto *content = new QWidget(this);
    auto *layout = new QFormLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(2 * gridUnit);
    layout->setVerticalSpacing(gridUnit);
    auto *label = new QLabel(tr("Originals"), content);
    label->setMinimumWidth(formLabelWidth);
    label->setBuddy(m_rule);
    layout->addRow(label, m_rule);
    m_folderRow = makeFolderRow();
    layout->addRow(m_folderRow);
    layout->addRow(m_verify);
    layout->addRow(m_onlyIfSmaller);
    layout->addRow(m_attributes);
    return content;
}

QWidget *OriginalsPanel::makeFolderRow()
{
    m_folder->setObjectName(QStringLiteral("sourceFolder"));
    m_folder->setAccessibleName(tr("Folder for the originals"));
    m_folder->setPlaceholderText(tr("Choose a folder for the originals"));
    m_browse->setIcon(actionIcon(QStringLiteral("folder-open"), QStringLiteral("folder")));
    m_browse->setToolTip(tr("Choose the folder for the originals"));
    m_browse->setAccessibleName(tr("Choose the folder for the originals"));
    m_folderProblem->setFont(smallFont(font()));
    m_folderProblem->setWordWrap(true);
    auto *row = new QWidget(this);
    auto *layout = new QGridLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_folder, 0, 0);
    layout->addWidget(m_browse, 0, 1);
    layout->addWidget(m_folderProblem, 1, 0, 1, 2);
    return row;
}

void OriginalsPanel::connectFields()
{
    connect(m_header, &QToolButton::toggled, this, &OriginalsPanel::refresh);
    connect(m_rule, &QComboBox::currentIndexChanged, this,
            [this] { chooseRule(static_cast<SourceRule>(m_rule->currentData().toInt())); });
    connect(m_folder, &QLineEdit::editingFinished, this, [this] { applyFolder(m_folder->text().trimmed()); });
    connect(m_browse, &QToolButton::clicked, this, &OriginalsPanel::chooseFolder);
    const auto connectSwitch = [this](QCheckBox *box, bool OutputSettings::*member) {
        connect(box, &QCheckBox::toggled, this, [this, member](bool isOn) {
            OutputSettings output = m_session.outputSettings();
            output.*member = isOn;
            apply(output);
        });
    };
    connectSwitch(m_verify, &OutputSettings::verify);
    connectSwitch(m_onlyIfSmaller, &OutputSettings::onlyIfSmaller);
    connectSwitch(m_attributes, &OutputSettings::keepAttributes);
}

void OriginalsPanel::chooseRule(SourceRule rule)
{
    OutputSettings output = m_session.outputSettings();
    m_waitsForFolder = rule == SourceRule::MoveToFolder && output.sourceFolder.isEmpty();
    output.sourceRule = m_waitsForFolder ? SourceRule::Keep : rule;
    apply(output);
    if (m_waitsForFolder) {
        m_folder->setFocus();
    }
}

void OriginalsPanel::chooseFolder()
{
    const QString folder = m_session.outputSettings().sourceFolder;
    auto *dialog = new QFileDialog(window(), tr("Folder for the originals"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setDirectory(folder.isEmpty() ? m_session.settings().lastFolder : folder);
    connect(dialog, &QFileDialog::fileSelected, this, &OriginalsPanel::applyFolder);
    dialog->open();
}

void OriginalsPanel::applyFolder(const QString &folder)
{
    OutputSettings output = m_session.outputSettings();
    m_waitsForFolder = !QDir::isAbsolutePath(folder);
    output.sourceFolder = m_waitsForFolder ? QString() : QDir::cleanPath(folder);
    output.sourceRule = m_waitsForFolder ? SourceRule::Keep : SourceRule::MoveToFolder;
    apply(output);
}

void OriginalsPanel::apply(const OutputSettings &output)
{
    if (output != m_session.outputSettings()) {
        m_session.setOutputSettings(output);
    }
    refresh();
}

void OriginalsPanel::refresh()
{
    const OutputSettings &output = m_session.outputSettings();
    const SourceRule shown = m_waitsForFolder ? SourceRule::MoveToFolder : output.sourceRule;
    const bool isOpen = m_header->isChecked();
    m_header->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
    m_content->setVisible(isOpen);
    const QString summary = originalsSummary(output);
    m_summary->setText(summary);
    m_summary->setToolTip(output.sourceFolder);
    m_summary->setVisible(!isOpen && !summary.isEmpty());

    const QSignalBlocker ruleBlocker(m_rule);
    m_rule->setCurrentIndex(m_rule->findData(static_cast<int>(shown)));
    m_folderRow->setVisible(shown == SourceRule::MoveToFolder);
    if (!m_waitsForFolder) {
        m_folder->setText(output.sourceFolder);
    }
    m_folder->setToolTip(output.sourceFolder);
    m_folderProblem->setText(m_folder->text().isEmpty()
                                 ? tr("Until a folder is chosen, the originals stay where they are.")
                                 : tr("Give the whole path of the folder, from the / on."));
    m_folderProblem->setVisible(m_waitsForFolder);
    const bool isForced = shown != SourceRule::Keep;
    const QSignalBlocker verifyBlocker(m_verify);
    m_verify->setChecked(output.verify || isForced);
    m_verify->setEnabled(!isForced);
    const QSignalBlocker smallerBlocker(m_onlyIfSmaller);
    m_onlyIfSmaller->setChecked(output.onlyIfSmaller);
    const QSignalBlocker attributesBlocker(m_attributes);
    m_attributes->setChecked(output.keepAttributes);
}

} // namespace batchwright
