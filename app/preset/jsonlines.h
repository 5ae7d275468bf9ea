// Which line of a JSON text holds a value: QJsonDocument does not tell, and "line 12" is what somebody who writes a
// preset by hand needs. Pure; any thread.
#pragma once

#include <QByteArray>
#include <QString>

namespace batchwright {

/// The line, from 1, of the value at a path as error messages write it ("steps[0].command[2]"; the whole document is
/// the empty path), or of the nearest thing around it when it is not there. The text must be one that QJsonDocument
/// has accepted. Linear, whatever the text.
int jsonLine(const QByteArray &json, const QString &path);

} // namespace batchwright
