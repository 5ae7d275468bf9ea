#include "app/target/powersupply.h"

#include <QDir>
#include <QFile>

namespace batchwright {

namespace {

QByteArray wordIn(const QDir &supply, const QString &name)
{
    constexpr qint64 longestWord = 64;
    QFile file(supply.filePath(name));
    return file.open(QIODevice::ReadOnly) ? file.read(longestWord).trimmed() : QByteArray();
}

} // namespace

PowerSource powerSource(const QString &folder)
{
    bool isPlugged = false;
    bool isDischarging = false;
    bool isKnown = false;
    for (const QString &name : QDir(folder).entryList(QDir::AllEntries | QDir::NoDotAndDotDot)) {
        const QDir supply(folder + u'/' + name);
        const QByteArray type = wordIn(supply, QStringLiteral("type"));
        if (type == "Battery" && wordIn(supply, QStringLiteral("scope")) != "Device") {
            isKnown = true;
            isDischarging = isDischarging || wordIn(supply, QStringLiteral("status")) == "Discharging";
        } else if (type == "Mains" || type == "USB") {
            isKnown = isKnown || type == "Mains";
            isPlugged = isPlugged || wordIn(supply, QStringLiteral("online")) == "1";
        }
    }
    return !isKnown                      ? PowerSource::Unknown
           : isDischarging && !isPlugged ? PowerSource::Battery
                                         : PowerSource::Mains;
}

} // namespace batchwright
