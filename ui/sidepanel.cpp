#include "ui/sidepanel.h"

#include "ui/detailspane.h"
#include "ui/optionspage.h"
#include "ui/presetsinuse.h"
#include "ui/tagspanel.h"
#include "ui/theme.h"

#include <algorithm>

namespace batchwright {

SidePanel::SidePanel(Session &session, const Pictures &pictures, QWidget *parent)
    : QTabWidget(parent),
      m_session(session),
      m_options(new OptionsPage(session)),
      m_tags(new TagsPanel(session)),
      m_details(new DetailsPane(session, pictures))
{
    setObjectName(QStringLiteral("sidePanel"));
    setAccessibleName(tr("Side panel"));
    setDocumentMode(true);
    setMinimumWidth(36 * gridUnit);
    addTab(m_options, tr("Options"));
    addTab(m_tags, tr("Tags"));
    addTab(m_details, tr("This file"));
    connect(m_details, &DetailsPane::compareRequested, this, &SidePanel::compareRequested);
    connect(&session, &Session::choicesChanged, this, &SidePanel::refreshTabs);
    refreshTabs();
}

void SidePanel::refreshTabs()
{
    const QVector<PresetPointer> presets = presetsInUse(m_session);
    setTabVisible(indexOf(m_tags), std::any_of(presets.cbegin(), presets.cend(), &hasVariables));
}

void SidePanel::setCurrentJob(JobId id)
{
    m_options->setCurrentJob(id);
    m_details->setJob(id);
}

void SidePanel::showOptions()
{
    setCurrentWidget(m_options);
}

void SidePanel::showDetails()
{
    setCurrentWidget(m_details);
    m_details->focusLog();
}

} // namespace batchwright
