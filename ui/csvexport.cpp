#include "ui/csvexport.h"

#include <QCoreApplication>
#include <QStringList>

namespace batchwright {

namespace {

QString quoted(const QString &cell)
{
    if (!cell.contains(u',') && !cell.contains(u'"') && !cell.contains(u'\n') && !cell.contains(u'\r')) {
        return cell;
    }
    QString inner = cell;
    inner.replace(u'"', QStringLiteral("\"\""));
    return QString(u'"' + inner + u'"');
}

} // namespace

QByteArray csvText(const QAbstractItemModel &model, int role, int pathRole)
{
    QByteArray text;
    QStringList cells;
    const auto endLine = [&] {
        text += cells.join(u',').toUtf8();
        text += "\r\n";
        cells.clear();
    };
    for (int column = 0; column < model.columnCount(); ++column) {
        cells.append(quoted(model.headerData(column, Qt::Horizontal, role).toString()));
    }
    cells.append(QCoreApplication::translate("batchwright::Csv", "Path"));
    endLine();
    for (int row = 0; row < model.rowCount(); ++row) {
        for (int column = 0; column < model.columnCount(); ++column) {
            cells.append(quoted(model.index(row, column).data(role).toString()));
        }
        cells.append(quoted(model.index(row, 0).data(pathRole).toString()));
        endLine();
    }
    return text;
}

} // namespace batchwright
