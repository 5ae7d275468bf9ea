// RefusedList: the files that could not be added, each with its reason. Not modal; deletes itself when closed.
#pragma once

#include "app/base/error.h"

#include <QDialog>
#include <QVector>

namespace batchwright {

class RefusedList final : public QDialog
{
    Q_OBJECT

public:
    RefusedList(const QVector<Error> &refused, QWidget *parent);
};

} // namespace batchwright
