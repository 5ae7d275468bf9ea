// Which line of a JSON text holds which value: QJsonDocument does not tell, and "line 12" is what
// somebody who writes a preset by hand needs. Pure; any thread.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>

namespace batchwright {

/// Path -> line from 1, for a text that QJsonDocument has already accepted. A path is written as in error
/// messages: "steps[0].command[2]"; the whole document is the empty path.
QHash<QString, int> jsonLines(const QByteArray &json);

} // namespace batchwright
