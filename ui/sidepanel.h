// SidePanel: the tabs beside the table: Options, Tags (only when a preset has variables) and This file.
#pragma once

#include "app/session/session.h"

#include <QTabWidget>

namespace batchwright {

class DetailsPane;
class OptionsPage;
class Pictures;
class TagsPanel;

class SidePanel final : public QTabWidget
{
    Q_OBJECT

public:
    /// Both outlive it.
    SidePanel(Session &session, const Pictures &pictures, QWidget *parent = nullptr);

    OptionsPage &optionsPage() { return *m_options; }
    void setCurrentJob(JobId id);
    void showOptions();
    void showDetails();

signals:
    void compareRequested(batchwright::JobId id);

private:
    void refreshTabs();

    Session &m_session;
    OptionsPage *m_options;
    TagsPanel *m_tags;
    DetailsPane *m_details;
};

} // namespace batchwright
