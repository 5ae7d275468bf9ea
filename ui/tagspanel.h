// TagsPanel: the side panel's tab for the tags of the files, typed in or taken from an album sheet.
#pragma once

#include "ui/tagsmodel.h"
#include "ui/theme.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace batchwright {

class TagsPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit TagsPanel(Session &session, QWidget *parent = nullptr);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void chooseSheet();
    /// Reads on a pool thread: a sheet may lie on a slow network folder.
    void loadSheet(const QString &path);
    void say(const QString &sentence, Tone tone);

    Session &m_session;
    TagsModel *m_model;
    QTableView *m_table;
    QPushButton *m_load;
    QLabel *m_message;
};

} // namespace batchwright
