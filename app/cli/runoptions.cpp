#include "app/cli/runoptions.h"

#include <QRegularExpression>
#include <QStringList>

#include <limits>

namespace batchwright {

namespace {

/// "4G", "4GB", "500M", "4GiB"; a number alone is megabytes.
Outcome takeMemory(const QString &value, RunOptions &options)
{
    static const QRegularExpression form(QStringLiteral("^([0-9]{1,7}(?:\\.[0-9]{1,3})?)\\s*([MGT]?)(i?)B?$"),
                                         QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = form.match(value);
    const QString unit = match.captured(2).toUpper();
    const double thousand = match.captured(3).isEmpty() ? 1000 : 1024;
    const double megabytes = match.captured(1).toDouble()
                             * (unit == QLatin1String("G")   ? thousand
                                : unit == QLatin1String("T") ? thousand * thousand
                                                             : 1);
    if (!match.hasMatch() || megabytes < 1 || megabytes > std::numeric_limits<int>::max()) {
        return usageError(QStringLiteral("--memory is a size such as 4G or 500M, not “%1”.").arg(value));
    }
    options.memoryMegabytes = static_cast<int>(megabytes);
    return Done{};
}

Outcome takeWhenDone(const QString &value, RunOptions &options)
{
    if (value == QLatin1String("suspend")) {
        options.whenDone = FinishAction::Suspend;
    } else if (value == QLatin1String("power-off")) {
        options.whenDone = FinishAction::PowerOff;
    } else {
        return usageError(QStringLiteral("--when-done is suspend or power-off, not “%1”.").arg(value));
    }
    return Done{};
}

} // namespace

Error usageError(const QString &sentence)
{
    return {ErrorKind::Usage, sentence, QStringLiteral("Run batchwright-cli --help to see how it is called."),
            QString()};
}

Outcome takeFormat(const QString &value, OutputFormat &format)
{
    if (value != QLatin1String("text") && value != QLatin1String("json")) {
        return usageError(QStringLiteral("--format is text or json, not “%1”.").arg(value));
    }
    format = value == QLatin1String("json") ? OutputFormat::Json : OutputFormat::Text;
    return Done{};
}

bool takeRunSwitch(const QString &option, RunOptions &options)
{
    if (option == QLatin1String("--keep-order")) {
        options.keepOrder = true;
    } else if (option == QLatin1String("--allow-sleep")) {
        options.keepAwake = false;
    } else if (option == QLatin1String("--gentle")) {
        options.gentle = true;
    } else {
        return false;
    }
    return true;
}

bool isRunOption(const QString &option)
{
    static const QStringList known{QStringLiteral("--jobs"),     QStringLiteral("--when-full"),
                                   QStringLiteral("--format"),   QStringLiteral("--csv"),
                                   QStringLiteral("--order"),    QStringLiteral("--memory"),
                                   QStringLiteral("--when-done")};
    return known.contains(option);
}

Outcome takeRunOption(const QString &option, const QString &value, RunOptions &options)
{
    if (option == QLatin1String("--format")) {
        return takeFormat(value, options.format);
    }
    if (option == QLatin1String("--csv")) {
        options.csvFile = value;
    } else if (option == QLatin1String("--order")) {
        if (value != QLatin1String("longest") && value != QLatin1String("list")) {
            return usageError(QStringLiteral("--order is longest or list, not “%1”.").arg(value));
        }
        options.longestFirst = value == QLatin1String("longest");
    } else if (option == QLatin1String("--memory")) {
        return takeMemory(value, options);
    } else if (option == QLatin1String("--when-done")) {
        return takeWhenDone(value, options);
    } else if (option == QLatin1String("--when-full")) {
        if (value != QLatin1String("wait") && value != QLatin1String("fail")) {
            return usageError(QStringLiteral("--when-full is wait or fail, not “%1”.").arg(value));
        }
        options.whenFull = value == QLatin1String("fail") ? FullDiskRule::Fail : FullDiskRule::Wait;
    } else {
        bool isNumber = false;
        options.jobs = value.toInt(&isNumber);
        if (!isNumber || options.jobs < 1 || options.jobs > 1024) {
            return usageError(QStringLiteral("--jobs is a number from 1 to 1024, not “%1”.").arg(value));
        }
    }
    return Done{};
}

} // namespace batchwright
