// CompareDialog: a photo of the list and its result side by side. Stays beside the window; closes itself when the file
// leaves the list. Its own master; the session must outlive it.
#pragma once

#include "app/session/session.h"

#include <QDialog>

namespace batchwright {

class ComparisonView;

class CompareDialog final : public QDialog
{
    Q_OBJECT

public:
    CompareDialog(Session &session, JobId id, QWidget *parent);

private:
    void refresh();

    Session &m_session;
    JobId m_id;
    ComparisonView *m_view;
};

} // namespace batchwright
