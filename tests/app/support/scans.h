// Scans made up for tests: DICOM, explicit little endian, 8 bits.
#pragma once

#include <QByteArray>
#include <QVector>

#include <utility>

namespace batchwright {

/// Of 16 x 8 pixels, black but for one white column, which is another one in each picture.
inline QByteArray scanWithPictures(int count)
{
    constexpr int width = 16;
    constexpr int height = 8;
    const auto number16 = [](int value) {
        return QByteArray().append(static_cast<char>(value & 0xff)).append(static_cast<char>(value >> 8));
    };
    const auto element = [&](int group, int place, const char *type, QByteArray value) {
        const bool isText = *type == 'C' || *type == 'I';
        value.append(value.size() % 2 != 0 ? (isText ? " " : QByteArray(1, '\0')) : QByteArray());
        const bool isLong = *type == 'O';
        QByteArray length = number16(static_cast<int>(value.size() & 0xffff));
        if (isLong) {
            length = QByteArray(2, '\0') + length + number16(static_cast<int>(value.size() >> 16));
        }
        return number16(group) + number16(place) + type + length + value;
    };
    const QByteArray picture("1.2.840.10008.5.1.4.1.1.7.2"); // multi-frame grayscale byte secondary capture
    const QByteArray meta = element(2, 1, "OB", QByteArray("\0\1", 2)) + element(2, 2, "UI", picture)
                            + element(2, 3, "UI", "1.2.3.4") + element(2, 0x10, "UI", "1.2.840.10008.1.2.1");
    QByteArray pixels(static_cast<qsizetype>(count) * width * height, '\0');
    for (int frame = 0; frame < count; ++frame) {
        for (int row = 0; row < height; ++row) {
            pixels[(frame * height + row) * width + frame % width] = static_cast<char>(0xff);
        }
    }
    return QByteArray(128, '\0') + "DICM"
           + element(2, 0, "UL", number16(static_cast<int>(meta.size())) + number16(0)) + meta
           + element(8, 0x16, "UI", picture) + element(8, 0x18, "UI", "1.2.3.4")
           + element(8, 0x60, "CS", "OT") + element(0x28, 2, "US", number16(1))
           + element(0x28, 4, "CS", "MONOCHROME2") + element(0x28, 8, "IS", QByteArray::number(count))
           + element(0x28, 0x10, "US", number16(height)) + element(0x28, 0x11, "US", number16(width))
           + element(0x28, 0x100, "US", number16(8)) + element(0x28, 0x101, "US", number16(8))
           + element(0x28, 0x102, "US", number16(7)) + element(0x28, 0x103, "US", number16(0))
           + element(0x7fe0, 0x10, "OB", pixels);
}

} // namespace batchwright
