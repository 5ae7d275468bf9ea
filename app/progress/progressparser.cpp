#include "app/progress/progressparser.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace batchwright {

namespace {

/// Cuts chunks into lines at \n, \r and backspaces: the three ways in which tools redraw a figure.
class LineCutter final
{
public:
    template<typename TakeLine>
    void feed(const QByteArray &chunk, TakeLine takeLine)
    {
        for (const char character : chunk) {
            if (character != '\n' && character != '\r' && character != '\b') {
                // A flood without line ends must not become memory.
                if (m_rest.size() < longestLine) {
                    m_rest.append(character);
                }
            } else if (!m_rest.isEmpty()) {
                takeLine(m_rest);
                m_rest.clear();
            }
        }
    }

private:
    static constexpr qsizetype longestLine = 4096;
    QByteArray m_rest;
};

/// ffmpeg -progress: blocks of key=value lines, each ended by "progress=continue" or "progress=end".
/// Keys and their traps: out_time_ms is in microseconds as well, values may be padded, negative or N/A.
class FfmpegParser final : public ProgressParser
{
public:
    FfmpegParser(qint64 durationMilliseconds, double frameRate)
        : m_duration(durationMilliseconds), m_frameRate(frameRate)
    {
    }

    std::optional<Progress> feed(const QByteArray &chunk) override
    {
        std::optional<Progress> newest;
        m_lines.feed(chunk, [&](const QByteArray &line) {
            if (takeLine(line)) {
                newest = m_progress;
            }
        });
        return newest;
    }

    EncoderTotals totals() const override { return m_totals; }

private:
    /// True at the end of a block.
    bool takeLine(const QByteArray &line)
    {
        const qsizetype equals = line.indexOf('=');
        if (equals < 0) {
            return false;
        }
        const QByteArray key = line.left(equals).trimmed();
        const QByteArray value = line.mid(equals + 1).trimmed();
        bool isNumber = false;
        const qint64 number = value.toLongLong(&isNumber);
        if (key == "out_time_us" && isNumber) {
            m_totals.outputMilliseconds =
                std::max(m_totals.outputMilliseconds.value_or(0), std::max<qint64>(number, 0) / 1000);
        } else if (key == "total_size" && isNumber && number >= 0) {
            m_totals.outputBytes = number;
        } else if (key == "frame" && isNumber) {
            m_frames = number;
        } else if (key == "speed") {
            const double speed = value.endsWith('x') ? value.chopped(1).toDouble() : 0;
            m_progress.speed =
                std::isfinite(speed) ? std::max(speed, 0.0) : 0; // "nanx" and "infx" are numbers, too
        } else if (key == "progress") {
            endBlock();
            return true;
        }
        return false;
    }

    void endBlock()
    {
        if (m_duration <= 0) {
            return;
        }
        const double length = static_cast<double>(m_duration);
        double fraction = static_cast<double>(m_totals.outputMilliseconds.value_or(0)) / length;
        if (m_frameRate > 0) {
            // Encoders that look ahead take frames long before they give any out.
            constexpr double trust = 0.95;
            fraction =
                std::max(fraction, trust * static_cast<double>(m_frames) / (length / 1000 * m_frameRate));
        }
        // The last hundredth belongs to the checks.
        constexpr double most = 0.99;
        m_progress.fraction =
            std::clamp(fraction, std::max(m_progress.fraction, 0.0), std::max(m_progress.fraction, most));
    }

    qint64 m_duration;
    double m_frameRate;
    qint64 m_frames = 0;
    Progress m_progress;
    EncoderTotals m_totals;
    LineCutter m_lines;
};

QString percentPattern(const QString &pattern)
{
    return pattern.isEmpty() ? QStringLiteral("(\\d{1,3}(?:\\.\\d+)?)\\s?%(?!.*%)") : pattern;
}

class PercentParser final : public ProgressParser
{
public:
    explicit PercentParser(const QString &pattern) : m_pattern(percentPattern(pattern)) {}

    std::optional<Progress> feed(const QByteArray &chunk) override
    {
        std::optional<Progress> newest;
        m_lines.feed(chunk, [&](const QByteArray &line) {
            const QRegularExpressionMatch match = m_pattern.match(QString::fromUtf8(line));
            bool isNumber = false;
            const double percent = match.captured(1).toDouble(&isNumber);
            if (match.hasMatch() && isNumber && percent >= 0 && percent <= 100) {
                m_progress.fraction = std::max(m_progress.fraction, std::min(percent / 100, 0.99));
                newest = m_progress;
            }
        });
        return newest;
    }

private:
    QRegularExpression m_pattern;
    Progress m_progress;
    LineCutter m_lines;
};

/// Nobody knows how many lines will come: each one halves what is left, so that something moves.
class LineCountParser final : public ProgressParser
{
public:
    std::optional<Progress> feed(const QByteArray &chunk) override
    {
        std::optional<Progress> newest;
        m_lines.feed(chunk, [&](const QByteArray &) {
            constexpr double linesToHalf = 20;
            ++m_count;
            m_progress.fraction = m_count / (m_count + linesToHalf);
            newest = m_progress;
        });
        return newest;
    }

private:
    double m_count = 0;
    Progress m_progress;
    LineCutter m_lines;
};

class SilentParser final : public ProgressParser
{
public:
    std::optional<Progress> feed(const QByteArray &) override { return std::nullopt; }
};

} // namespace

QString withoutProgressLines(const QByteArray &output, const ProgressFormat &format)
{
    static const QRegularExpression lineEnds(QStringLiteral("[\\r\\n\\x08]+"));
    const QString text = QString::fromUtf8(output);
    if (format.kind != ProgressKind::Ffmpeg && format.kind != ProgressKind::Percent) {
        return text;
    }
    // ffmpeg's own keys only, and short lines only: "x264: 50% of the frames are damaged, the rest …" is a message.
    const QRegularExpression progress(
        format.kind == ProgressKind::Ffmpeg ? QStringLiteral(
            "^(frame|fps|stream_\\w+|bitrate|total_size|out_time\\w*|dup_frames|drop_frames|speed|progress)=")
                                            : percentPattern(format.pattern));
    constexpr qsizetype longestProgress = 60;
    QStringList lines = text.split(lineEnds, Qt::SkipEmptyParts);
    lines.removeIf([&](const QString &line) {
        return line.size() <= longestProgress && progress.match(line).hasMatch();
    });
    return lines.join(u'\n');
}

std::unique_ptr<ProgressParser> makeProgressParser(const ProgressFormat &format, qint64 durationMilliseconds,
                                                   double frameRate)
{
    switch (format.kind) {
    case ProgressKind::Ffmpeg:
        return std::make_unique<FfmpegParser>(durationMilliseconds, frameRate);
    case ProgressKind::Percent:
        return std::make_unique<PercentParser>(format.pattern);
    case ProgressKind::Lines:
        return std::make_unique<LineCountParser>();
    case ProgressKind::None:
        break;
    }
    return std::make_unique<SilentParser>();
}

} // namespace batchwright
