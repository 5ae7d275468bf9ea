#include "app/output/outputsettings.h"

namespace batchwright {

QString existsRuleId(ExistsRule rule)
{
    switch (rule) {
    case ExistsRule::Rename:
        return QStringLiteral("rename");
    case ExistsRule::Skip:
        return QStringLiteral("skip");
    case ExistsRule::Replace:
        break;
    }
    return QStringLiteral("replace");
}

} // namespace batchwright
