#include "app/job/outputsettings.h"

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

QString sourceRuleId(SourceRule rule)
{
    switch (rule) {
    case SourceRule::Keep:
        return QStringLiteral("keep");
    case SourceRule::MoveToFolder:
        return QStringLiteral("move");
    case SourceRule::Trash:
        break;
    }
    return QStringLiteral("trash");
}

} // namespace batchwright
