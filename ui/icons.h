// Icons: the desktop theme's where it has one, else our own line drawings (resources/icons), which take the
// colour of the text that they stand beside and follow a change of the palette.
#pragma once

#include "app/media/mediainfo.h"

#include <QIcon>
#include <QPalette>
#include <QPixmap>

namespace batchwright {

/// One of our drawings by its file name without ".svg", in the palette's colour for `role`.
QIcon lineIcon(const QString &name, QPalette::ColorRole role = QPalette::WindowText);
/// The theme's icon by its freedesktop name, else our drawing. With BATCHWRIGHT_THEME set always ours, since the
/// theme's colours were made for another palette.
QIcon actionIcon(const QString &themeName, const QString &lineName);
QIcon kindIcon(MediaKind kind);
QString kindIconName(MediaKind kind);
QIcon applicationIcon();

/// A drawing in one colour, `side` device-independent pixels high; cached.
QPixmap linePixmap(const QString &name, int side, qreal pixelRatio, const QColor &color);

} // namespace batchwright
