#include "tests/fake/testfiles.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QtEndian>

#include <array>
#include <cmath>

namespace batchwright {

namespace {

/// The checksum of PNG chunks (CRC-32 as in ISO 3309).
quint32 checksum(const QByteArray &bytes)
{
    quint32 sum = 0xffffffffu;
    for (const char byte : bytes) {
        sum ^= static_cast<quint8>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xedb88320u : 0);
        }
    }
    return ~sum;
}

QByteArray bigEndian(quint32 value)
{
    std::array<char, 4> bytes{};
    qToBigEndian(value, bytes.data());
    return QByteArray(bytes.data(), bytes.size());
}

template<typename Integer>
QByteArray littleEndian(Integer value)
{
    std::array<char, sizeof(Integer)> bytes{};
    qToLittleEndian(value, bytes.data());
    return QByteArray(bytes.data(), bytes.size());
}

QByteArray pngChunk(const QByteArray &type, const QByteArray &content)
{
    return bigEndian(static_cast<quint32>(content.size())) + type + content
           + bigEndian(checksum(type + content));
}

} // namespace

QString corpusFolder()
{
    const QString named = qEnvironmentVariable("BATCHWRIGHT_CORPUS");
    const QString folder = named.isEmpty() ? QStringLiteral(BATCHWRIGHT_SOURCE "/../shared/corpus") : named;
    return QFileInfo(folder).isDir() ? QFileInfo(folder).canonicalFilePath() : QString();
}

QString corpusFile(const QString &path)
{
    const QString folder = corpusFolder();
    const QString file = folder + u'/' + path;
    return !folder.isEmpty() && QFileInfo(file).isFile() ? file : QString();
}

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!QDir().mkpath(QFileInfo(path).path()) || !file.open(QIODevice::WriteOnly)
        || file.write(content) != content.size() || !file.flush()) {
        qFatal("%s: %s", qPrintable(path), qPrintable(file.errorString()));
    }
}

QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray pngImage(int width, int height)
{
    const QByteArray header = bigEndian(static_cast<quint32>(width)) + bigEndian(static_cast<quint32>(height))
                              + QByteArray("\x08\x02\x00\x00\x00", 5); // 8 bits, RGB, not interlaced
    QByteArray pixels;
    for (int y = 0; y < height; ++y) {
        pixels += '\0'; // this row has no filter
        for (int x = 0; x < width; ++x) {
            pixels += QByteArray("\x30\x80\xc0", 3);
        }
    }
    // qCompress() puts four bytes of its own before the zlib stream.
    return QByteArray("\x89PNG\r\n\x1a\n", 8) + pngChunk("IHDR", header)
           + pngChunk("IDAT", qCompress(pixels).mid(4)) + pngChunk("IEND", QByteArray());
}

QByteArray ppmImage(int width, int height)
{
    QByteArray image = "P6\n" + QByteArray::number(width) + ' ' + QByteArray::number(height) + "\n255\n";
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            image += static_cast<char>(x * 7 % 256);
            image += static_cast<char>(y * 5 % 256);
            image += static_cast<char>((x + y) * 3 % 256);
        }
    }
    return image;
}

QByteArray wavSound(int milliseconds)
{
    constexpr int rate = 8000;
    const int samples = rate * milliseconds / 1000;
    const auto bytes = static_cast<quint32>(samples * 2);
    QByteArray sound = "RIFF" + littleEndian<quint32>(36 + bytes) + "WAVEfmt " + littleEndian<quint32>(16)
                       + littleEndian<quint16>(1) + littleEndian<quint16>(1) + littleEndian<quint32>(rate)
                       + littleEndian<quint32>(rate * 2) + littleEndian<quint16>(2)
                       + littleEndian<quint16>(16) + "data" + littleEndian<quint32>(bytes);
    for (int i = 0; i < samples; ++i) {
        sound += littleEndian(static_cast<qint16>(8000 * std::sin(i * 2 * 3.14159265358979 * 440 / rate)));
    }
    return sound;
}

} // namespace batchwright
