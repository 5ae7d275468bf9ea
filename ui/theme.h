// The look that the whole window shares: spacing, the colours that carry a meaning, and the desktop's palette
// or the one that BATCHWRIGHT_THEME=dark|light asks for.
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

namespace batchwright {

/// Distances are multiples of it, in device-independent pixels.
constexpr int gridUnit = 8;
constexpr int smallIconSide = 2 * gridUnit; ///< pixels; of icons in a line of text
constexpr int gridRowHeight = 4 * gridUnit;
/// Labels of all forms in the side panel, so that their fields stand in one line.
constexpr int formLabelWidth = 12 * gridUnit;

enum class Tone { Normal, Muted, Good, Bad, Warning, Accent };

/// A colour with enough contrast on the palette's base, light or dark.
QColor toneColor(Tone tone, const QPalette &palette);
/// A mix of the two; share 0 gives `from`, 1 gives `to`.
QColor mixedColor(const QColor &from, const QColor &to, double share);
bool isDark(const QPalette &palette);

/// A little smaller than `font`, for second lines and hints.
QFont smallFont(const QFont &font);
QFont boldFont(const QFont &font);

/// Follows the desktop unless BATCHWRIGHT_THEME says "dark" or "light". Once there is a QApplication, before any window is shown.
void applyTheme();

} // namespace batchwright
