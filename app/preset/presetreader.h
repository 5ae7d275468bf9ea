// JSON -> Preset. The format is described in README.md ("Writing a preset") and by resources/schema/preset.schema.json.
#pragma once

#include "app/preset/preset.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>

namespace batchwright {

/// A preset, or a BadPreset error whose sentence names the file, the line and the key:
/// "/home/ada/x.json, line 12: steps[0].command must be a list." Any thread.
Result<Preset> readPreset(const QByteArray &json, const QString &fileName);

/// Reads the keys of one JSON object and remembers the first thing that is wrong. Keys that nobody asked for
/// are an error too: a misspelt key would otherwise be ignored without a word. Used by the readers of data files.
class ObjectReader final
{
public:
    /// `path` is where the object stands, as in messages; `problem` outlives the reader and is only set once.
    ObjectReader(const QJsonObject &object, const QString &path,
                 std::optional<QPair<QString, QString>> &problem)
        : m_object(object), m_path(path), m_problem(problem)
    {
    }
    ~ObjectReader() { complainOfUnknownKeys(); }
    ObjectReader(const ObjectReader &) = delete;
    ObjectReader &operator=(const ObjectReader &) = delete;

    enum class Need { Required, Optional };
    bool has(const char *key) const { return m_object.contains(QLatin1String(key)); }
    QJsonValue any(const char *key);
    QString text(const char *key, Need need = Need::Optional);
    double number(const char *key, double standard);
    bool flag(const char *key, bool standard);
    QStringList texts(const char *key);
    QJsonArray list(const char *key, Need need = Need::Optional);
    QJsonObject object(const char *key, Need need = Need::Optional);
    void fail(const QString &key, const QString &what);
    QString pathOf(const QString &key) const { return m_path.isEmpty() ? key : m_path + u'.' + key; }

private:
    void complainOfUnknownKeys();

    QJsonObject m_object;
    QString m_path;
    std::optional<QPair<QString, QString>> &m_problem; ///< path and what is wrong with it
    QStringList m_known;
};

/// Command elements: texts and lists of texts. Used for presets and for the checks of tools.json.
/// Texts, and optional groups of them.
QVector<ArgumentTemplate> readArguments(const QJsonArray &list, ObjectReader &reader, const QString &key);
/// The same; the first is a program.
QVector<ArgumentTemplate> readCommand(const QJsonArray &list, ObjectReader &reader, const QString &key);
ProgressFormat readProgress(const QJsonValue &value, ObjectReader &reader);
/// A step with its variants; likewise.
Step readStep(const QJsonObject &object, const QString &path,
              std::optional<QPair<QString, QString>> &problem);
/// The sentence for a problem in a data file.
Error dataFileError(const QString &fileName, const QByteArray &json, const QPair<QString, QString> &problem);

} // namespace batchwright
