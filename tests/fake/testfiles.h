// Files for tests: the corpus of real media where it is there, and files made on the spot, so that every
// test also runs without it. Any thread.
#pragma once

#include <QByteArray>
#include <QString>

namespace batchwright {

/// $BATCHWRIGHT_CORPUS, else ../shared/corpus beside the checkout; empty when there is none.
QString corpusFolder();
/// A corpus file by its path there ("jpeg/exif.jpg"); empty when it is not there: QSKIP then.
QString corpusFile(const QString &path);

/// Writes a file and its parent folders; the test fails hard (qFatal) when that does not work.
void writeFile(const QString &path, const QByteArray &content);
/// Its bytes; empty when it cannot be read.
QByteArray readFile(const QString &path);

// Small whole files of their kind, without any tool. Good for sniffing and for simple converters.
/// A PNG of one colour with correct checksums; `width` and `height` from 1 to 4000.
QByteArray pngImage(int width, int height);
/// A binary PPM with a gradient: every pixel differs from its neighbours.
QByteArray ppmImage(int width, int height);
/// 16-bit PCM, one channel, 8 kHz: a 440 Hz tone.
QByteArray wavSound(int milliseconds);

} // namespace batchwright
