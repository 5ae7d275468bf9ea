#include "app/run/workertask.h"

#include <QDir>
#include <QRegularExpression>

#include <algorithm>
#include <functional>

namespace batchwright {

namespace {

using namespace worker;

/// Puts a value into its place; false when it is none.
using Setter = std::function<bool(const QString &value)>;
using Words = QHash<QString, Setter>;

Setter whole(int &place, int least, int most)
{
    return [&place, least, most](const QString &value) {
        bool isNumber = false;
        place = value.toInt(&isNumber);
        return isNumber && place >= least && place <= most;
    };
}

Setter real(double &place, double least, double most)
{
    return [&place, least, most](const QString &value) {
        bool isNumber = false;
        place = value.toDouble(&isNumber);
        return isNumber && place >= least && place <= most;
    };
}

template<typename Enum>
Setter choice(Enum &place, const QHash<QString, Enum> &choices)
{
    return [&place, choices](const QString &value) {
        place = choices.value(value, place);
        return choices.contains(value);
    };
}

Setter truth(bool &place)
{
    return choice<bool>(place, {{QStringLiteral("yes"), true},
                                {QStringLiteral("true"), true},
                                {QStringLiteral("no"), false},
                                {QStringLiteral("false"), false}});
}

/// "ffcc00".
Setter colour(quint32 &place)
{
    return [&place](const QString &value) {
        bool isNumber = false;
        place = value.toUInt(&isNumber, 16);
        return isNumber && value.size() == 6;
    };
}

/// "1568x2048+232+0", ImageMagick's way to write a rectangle; or "16:9".
bool setCrop(Crop &crop, const QString &value)
{
    static const QRegularExpression rectangle(
        QStringLiteral("\\A([0-9]{1,6})x([0-9]{1,6})\\+([0-9]{1,6})\\+([0-9]{1,6})\\z"));
    static const QRegularExpression aspect(QStringLiteral("\\A([0-9]{1,5}):([0-9]{1,5})\\z"));
    QRegularExpressionMatch match = rectangle.match(value);
    crop.mode = match.hasMatch() ? Crop::Mode::Rectangle : Crop::Mode::Aspect;
    if (match.hasMatch()) {
        crop.left = match.captured(3).toInt();
        crop.top = match.captured(4).toInt();
    } else {
        match = aspect.match(value);
    }
    crop.width = match.captured(1).toInt();
    crop.height = match.captured(2).toInt();
    return match.hasMatch() && crop.width > 0 && crop.height > 0;
}

/// "800x600".
bool setSides(Resize &resize, Resize::Mode mode, const QString &value)
{
    const QStringList sides = value.split(u'x');
    resize.mode = mode;
    return sides.size() == 2 && whole(resize.width, 1, longestSide)(sides.first())
           && whole(resize.height, 1, longestSide)(sides.last());
}

void addResize(Words &words, Resize &resize)
{
    words.insert(QStringLiteral("longest"), [&resize](const QString &value) {
        resize.mode = Resize::Mode::LongestSide;
        return whole(resize.width, 1, longestSide)(value);
    });
    words.insert(QStringLiteral("fit"),
                 [&resize](const QString &value) { return setSides(resize, Resize::Mode::Fit, value); });
    words.insert(QStringLiteral("fill"),
                 [&resize](const QString &value) { return setSides(resize, Resize::Mode::Fill, value); });
    words.insert(QStringLiteral("percent"), [&resize](const QString &value) {
        resize.mode = Resize::Mode::Percent;
        return real(resize.percent, 0.1, 1000)(value);
    });
    words.insert(QStringLiteral("enlarge"), truth(resize.mayEnlarge));
}

/// Absolute, or below the user's home; empty when it is neither: nothing says what else it could be relative to.
QString absolutePath(const QString &path)
{
    return path.startsWith(QLatin1String("~/")) ? QDir::homePath() + path.mid(1)
           : QDir::isAbsolutePath(path)         ? path
                                                : QString();
}

const QString textWord = QStringLiteral("watermark");
const QString pictureWord = QStringLiteral("watermark-picture");

bool isAsked(const QStringList &arguments, const QString &word)
{
    return std::any_of(arguments.cbegin(), arguments.cend(),
                       [&word](const QString &argument) { return argument.section(u'=', 0, 0) == word; });
}

void addWatermark(Words &words, Watermark &watermark)
{
    words.insert(textWord, [&watermark](const QString &value) {
        watermark.text = value;
        return value.toUtf8().size() <= longestText;
    });
    words.insert(pictureWord, [&watermark](const QString &value) {
        watermark.isPicture = true;
        return !absolutePath(value).isEmpty();
    });
    words.insert(QStringLiteral("watermark-place"), whole(watermark.position, 0, 8));
    words.insert(QStringLiteral("watermark-opacity"), whole(watermark.opacity, 0, 100));
    words.insert(QStringLiteral("watermark-width"), whole(watermark.size, 1, 100));
    words.insert(QStringLiteral("watermark-colour"), colour(watermark.colour));
}

void addOutput(Words &words, PictureOutput &output)
{
    QHash<QString, PictureFormat> formats;
    for (int number = 0; number <= static_cast<int>(PictureFormat::Gif); ++number) {
        const auto format = static_cast<PictureFormat>(number);
        formats.insert(pictureFormatId(format), format);
    }
    words.insert(QStringLiteral("to"), choice(output.format, formats));
    words.insert(QStringLiteral("quality"), whole(output.quality, 1, 100));
    words.insert(QStringLiteral("lossless"), truth(output.isLossless));
    words.insert(QStringLiteral("progressive"), truth(output.isProgressive));
    words.insert(QStringLiteral("optimised"), truth(output.isOptimised));
    words.insert(QStringLiteral("chroma"),
                 choice<Chroma>(output.chroma, {{QStringLiteral("auto"), Chroma::Auto},
                                                {QStringLiteral("halved"), Chroma::Halved},
                                                {QStringLiteral("full"), Chroma::Full}}));
    words.insert(QStringLiteral("effort"), whole(output.effort, 0, 9));
    words.insert(QStringLiteral("compression"), whole(output.compression, 0, 9));
    words.insert(QStringLiteral("palette"), truth(output.isPalette));
    words.insert(QStringLiteral("frames"),
                 choice<bool>(output.keepsFrames,
                              {{QStringLiteral("all"), true}, {QStringLiteral("first"), false}}));
}

Words photoWords(ConvertTask &task)
{
    PhotoOperations &operations = task.operations;
    Words words;
    addOutput(words, task.output);
    addResize(words, operations.resize);
    addWatermark(words, operations.watermark);
    words.insert(QStringLiteral("upright"), truth(operations.isTurnedUpright));
    words.insert(QStringLiteral("crop"),
                 [&operations](const QString &value) { return setCrop(operations.crop, value); });
    words.insert(QStringLiteral("gamma"), real(operations.gamma, 0.01, 100));
    words.insert(QStringLiteral("brightness"), whole(operations.brightness, -100, 100));
    words.insert(QStringLiteral("contrast"), whole(operations.contrast, -100, 100));
    words.insert(QStringLiteral("saturation"), whole(operations.saturation, -100, 100));
    words.insert(QStringLiteral("sharpen"), real(operations.sharpen, 0, 10));
    words.insert(QStringLiteral("grey"), truth(operations.isGrey));
    words.insert(QStringLiteral("flatten"), truth(operations.isFlattened));
    words.insert(QStringLiteral("background"), colour(operations.background));
    words.insert(QStringLiteral("profile"),
                 choice<ProfileRule>(operations.profile, {{QStringLiteral("keep"), ProfileRule::Keep},
                                                          {QStringLiteral("srgb"), ProfileRule::ToSrgb}}));
    words.insert(QStringLiteral("depth"), choice<int>(operations.depth, {{QStringLiteral("keep"), 0},
                                                                         {QStringLiteral("8"), 8},
                                                                         {QStringLiteral("16"), 16}}));
    words.insert(QStringLiteral("metadata"),
                 choice<MetadataRule>(operations.metadata,
                                      {{QStringLiteral("all"), MetadataRule::KeepAll},
                                       {QStringLiteral("no-place"), MetadataRule::WithoutPlace},
                                       {QStringLiteral("none"), MetadataRule::None}}));
    return words;
}

Words scanWords(ScanTask &task)
{
    constexpr double farthestShade = 1e9;
    Words words;
    addOutput(words, task.output);
    addResize(words, task.resize);
    words.insert(QStringLiteral("window"),
                 choice<ScanTask::Window>(task.window,
                                          {{QStringLiteral("file"), ScanTask::Window::OfFile},
                                           {QStringLiteral("given"), ScanTask::Window::Given},
                                           {QStringLiteral("full"), ScanTask::Window::FullRange}}));
    words.insert(QStringLiteral("centre"), real(task.centre, -farthestShade, farthestShade));
    words.insert(QStringLiteral("width"), real(task.width, 0, farthestShade));
    words.insert(QStringLiteral("frame"), whole(task.frame, 1, 1'000'000));
    words.insert(QStringLiteral("crop"), [&task](const QString &value) { return setCrop(task.crop, value); });
    words.insert(QStringLiteral("depth"),
                 choice<int>(task.depth, {{QStringLiteral("8"), 8}, {QStringLiteral("16"), 16}}));
    return words;
}

} // namespace

Result<worker::Request> workerRequest(Tool::Task task, const QStringList &arguments)
{
    Request request;
    Words words;
    switch (task) {
    case Tool::Task::Photo:
        words = photoWords(request.task.emplace<ConvertTask>());
        break;
    case Tool::Task::Scan:
        words = scanWords(request.task.emplace<ScanTask>());
        break;
    case Tool::Task::CheckPicture:
        request.task.emplace<CheckPictureTask>();
        break;
    case Tool::Task::None:
        Q_UNREACHABLE();
    }
    words.insert(QStringLiteral("damage"),
                 choice<Strictness>(request.strictness, {{QStringLiteral("truncated"), Strictness::Truncated},
                                                         {QStringLiteral("any"), Strictness::AnyFault}}));
    for (const QString &argument : arguments) {
        const QString word = argument.section(u'=', 0, 0);
        const QString advice =
            QStringLiteral("Correct the preset's file; README.md lists what can be asked for.");
        if (!words.contains(word)) {
            return Error{
                ErrorKind::BadPreset,
                QStringLiteral("The preset asks the worker for “%1”, which it does not know.").arg(word),
                advice, argument};
        }
        if (!argument.contains(u'=') || !words.value(word)(argument.section(u'=', 1))) {
            return Error{ErrorKind::BadPreset,
                         QStringLiteral("The preset asks the worker for “%1”, which is no value for %2.")
                             .arg(argument.section(u'=', 1), word),
                         advice, argument};
        }
    }
    const auto *photo = std::get_if<ConvertTask>(&request.task);
    if (photo && isAsked(arguments, textWord) && !photo->operations.watermark.isWanted()) {
        return Error{ErrorKind::BadOption, QStringLiteral("The watermark has no text and no picture."),
                     QStringLiteral("Give it one of them, or choose another preset."), QString()};
    }
    return request;
}

QString watermarkPicture(const QStringList &arguments)
{
    QString path;
    for (const QString &argument : arguments) {
        if (argument.section(u'=', 0, 0) == pictureWord) {
            path = absolutePath(argument.section(u'=', 1));
        }
    }
    return path;
}

} // namespace batchwright
