// Preset: how to convert one file, described by data (resources/presets/*.json, see presetreader.h).
// Plain immutable values, shared by pointer to const; any thread.
#pragma once

#include "app/base/result.h"
#include "app/media/mediainfo.h"

#include <QHash>
#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <QVariant>
#include <QVector>

#include <memory>
#include <optional>

namespace batchwright {

enum class OptionType {
    Integer,
    Real,
    Text,
    Choice,   ///< one of `choices`; the value is the choice's value
    Switch,   ///< bool
    Duration, ///< seconds, may have a fraction; people may write 1:30
};

struct OptionChoice {
    QString value;
    QString label;
};

struct Option {
    QString id;    ///< unique in its preset; a public contract
    QString label; ///< form label
    QString hint;  ///< one sentence for the tool tip, may be empty
    QString unit;  ///< "px", "%" …, may be empty
    OptionType type = OptionType::Text;
    double minimum = 0; ///< Integer, Real and Duration only
    double maximum = 0;
    double step = 1;
    QVariant standard;             ///< the default: qint64, double, QString or bool by type
    std::optional<QVariant> off;   ///< the value that switches a group off; see commandtemplate.h
    QString pattern;               ///< Text only: the whole value must match, empty allows anything
    QVector<OptionChoice> choices; ///< Choice only

    /// The typed value for what a person wrote, or a BadOption sentence that says what is allowed.
    Result<QVariant> parse(const QString &text) const;
    /// The value as it is put into a command and into forms ("85", "1.5", "true").
    QString text(const QVariant &value) const;
    bool isOff(const QVariant &value) const;
};

/// Option id -> typed value. Complete: has every option of its preset.
using OptionValues = QHash<QString, QVariant>;
/// Variable name -> value: "artist", "title", "track" …
using Variables = QHash<QString, QString>;

/// One element of a command: a single template, or an optional group that stands or falls as a whole.
struct ArgumentTemplate {
    QStringList parts;
    bool isGroup = false;
};

enum class ProgressKind { None, Ffmpeg, Percent, Lines };

struct ProgressFormat {
    ProgressKind kind = ProgressKind::None;
    QString pattern; ///< Percent: a regular expression whose first group is 0-100
};

/// All of them must hold: the fact's value is one of the list (a trailing * matches any rest).
struct Condition {
    QString fact;
    QStringList anyOf;

    bool holdsFor(const QString &value) const;
};

/// Known without a probe.
bool isSniffedFact(const QString &name);

/// One way to do a step; the first variant whose conditions hold runs.
struct StepVariant {
    QVector<Condition> when;           ///< empty: always
    QVector<ArgumentTemplate> command; ///< first part: a tool id of tools.json, or a program
    ProgressFormat progress;
    QString note; ///< template, goes to the job's log before the command: "window 1 of the file"
    QVector<ArgumentTemplate> warnings; ///< sentences for the row: what the result lacks of its source
    bool usesFacts = false;             ///< the command, a text or progress need what only a probe tells
};

struct Step {
    QVector<StepVariant> variants;
    bool isOptional = false; ///< left out when no variant fits; otherwise that is an error
    int threads = 1;         ///< cores that one run of it keeps busy; 0: as many as it is given
    double weight = 1;       ///< share of the job's progress relative to the other steps
};

/// How the result is judged before it gets its name.
enum class ResultCheck { None, Image, Media };
/// Which length the result must have.
enum class ExpectedLength { None, Whole, Audio };
/// Which size in pixels the result must have.
enum class ExpectedPixels { Any, Same };

struct OutputRule {
    QString suffix;     ///< without a dot; may hold placeholders
    QString suffixFact; ///< when set: the suffix is suffixByFact[fact], else `suffix`
    QHash<QString, QString> suffixByFact;
    QString nameTemplate; ///< default for names, "{stem}" when empty
    /// A source with several pictures is split: each is a job, with its place in {picture.number}, and "-03" for names in
    /// {picture.mark}.
    bool isOfEachPicture = false;
    ResultCheck check = ResultCheck::None;
    ExpectedLength length = ExpectedLength::None;
    ExpectedPixels pixels = ExpectedPixels::Any;
};

enum class ColumnType { Integer, Real, Text };

struct MeasureColumn {
    QString id; ///< the named group of the pattern
    QString label;
    ColumnType type = ColumnType::Text;
};

/// A measuring preset has no result file: what the program prints becomes columns of the table.
struct MeasureRule {
    /// Over standard output, with named groups; each of its lines begins with ^ and ends with $.
    QRegularExpression pattern;
    QVector<MeasureColumn> columns;
};

/// A variable that people may want to edit per file before the run (album tags).
struct VariableField {
    QString id;
    QString label;
};

/// What one run of a preset's program may use. -1: not said, the default counts; 0: no limit.
struct PresetLimits {
    qint64 memoryMegabytes = -1; ///< address space
    qint64 resultMegabytes = -1; ///< of each file that is written
    qint64 seconds = -1;
    qint64 silentSeconds = -1; ///< without a word from the program
    qint64 megapixels = -1;    ///< of the source, as its header tells before anything decodes it
};

struct Preset {
    QString id;
    QString name;
    QString group;          ///< heading in the picker: "Photo", "Video" …
    QString about;          ///< one line
    QString warning;        ///< a sentence shown with it always ("not for diagnosis"), may be empty
    QStringList kinds;      ///< mediaKindId()s, or "any"
    QStringList extensions; ///< lower case; empty: by kind alone
    QStringList formats;    ///< MediaInfo::format values; empty: any
    QVector<Option> options;
    QVector<VariableField> variables;
    QVector<Step> steps;
    std::optional<OutputRule> output; ///< exactly one of output and measure
    std::optional<MeasureRule> measure;
    bool sandbox = true;  ///< false: opts out of the sandbox
    QStringList readOnly; ///< absolute paths that its programs may read besides, in the sandbox
    PresetLimits limits;
    bool resultUsesFacts = false; ///< the result's suffix or expected length need a probe
    QByteArray json;              ///< what it was read from, so that a journal can keep a copy
    QString origin;               ///< the file it was read from; starts with ":/" for a built-in one

    const Option *option(const QString &optionId) const;
    OptionValues standardValues() const;
    bool isMeasuring() const { return measure.has_value(); }
    /// True when this file cannot be converted without the facts that cost a probe: kind and format, which are
    /// known from the start, may rule out every variant that asks for more.
    bool needsProbe(const MediaInfo &sniffed) const;
    /// Core tokens of its widest step; 0: as many as it is given.
    int threads() const;
    /// Nothing, or WrongKind with a sentence that says what the preset takes.
    std::optional<Error> refusal(const QString &fileName, const MediaInfo &facts) const;
    bool accepts(const QString &fileName, const MediaInfo &facts) const { return !refusal(fileName, facts); }
};

using PresetPointer = std::shared_ptr<const Preset>;

} // namespace batchwright
