#include "ui/theme.h"

#include <QApplication>
#include <QProxyStyle>
#include <QStyleOptionButton>

namespace batchwright {

namespace {

struct PaletteColors {
    QRgb window;
    QRgb base;
    QRgb alternateBase;
    QRgb button;
    QRgb text;
    QRgb disabledText;
    QRgb highlight;
    QRgb link;
    QRgb toolTip;
};

constexpr PaletteColors darkColors = {0xff212327, 0xff191b1e, 0xff1e2023, 0xff2d3035, 0xffe4e6e8,
                                      0xff7d8288, 0xff2f6fd0, 0xff7fb2ff, 0xff32363b};
constexpr PaletteColors lightColors = {0xfff5f5f6, 0xffffffff, 0xfffafafa, 0xfff0f0f1, 0xff1c1e21,
                                       0xff9a9ea3, 0xff2768c8, 0xff1f5cae, 0xfffafafa};

/// Fusion draws the outline of check boxes and radio buttons darker than the window, which in a dark one nobody sees.
class ThemeStyle final : public QProxyStyle
{
public:
    using QProxyStyle::QProxyStyle;

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override
    {
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        const bool isIndicator = element == PE_IndicatorCheckBox || element == PE_IndicatorRadioButton;
        if (!button || !isIndicator || !isDark(option->palette)) {
            QProxyStyle::drawPrimitive(element, option, painter, widget);
            return;
        }
        QStyleOptionButton visible = *button;
        constexpr int darkened = 150; // percent, by Fusion
        visible.palette.setColor(QPalette::Window, toneColor(Tone::Muted, option->palette).lighter(darkened));
        QProxyStyle::drawPrimitive(element, &visible, painter, widget);
    }
};

QPalette makePalette(const PaletteColors &colors)
{
    QPalette palette(QColor::fromRgb(colors.button), QColor::fromRgb(colors.window));
    const QColor text = QColor::fromRgb(colors.text);
    palette.setColor(QPalette::Base, QColor::fromRgb(colors.base));
    palette.setColor(QPalette::AlternateBase, QColor::fromRgb(colors.alternateBase));
    palette.setColor(QPalette::ToolTipBase, QColor::fromRgb(colors.toolTip));
    palette.setColor(QPalette::Highlight, QColor::fromRgb(colors.highlight));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor::fromRgb(colors.link));
    palette.setColor(QPalette::LinkVisited, QColor::fromRgb(colors.link));
    palette.setColor(QPalette::BrightText, Qt::white);
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        palette.setColor(role, text);
        palette.setColor(QPalette::Disabled, role, QColor::fromRgb(colors.disabledText));
    }
    QColor placeholder = text;
    placeholder.setAlphaF(0.55F);
    palette.setColor(QPalette::PlaceholderText, placeholder);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor::fromRgb(colors.button));
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, QColor::fromRgb(colors.disabledText));
    return palette;
}

} // namespace

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Base).lightness() < 128;
}

QColor mixedColor(const QColor &from, const QColor &to, double share)
{
    const auto mix = [share](int a, int b) { return qRound(a + (b - a) * share); };
    return {mix(from.red(), to.red()), mix(from.green(), to.green()), mix(from.blue(), to.blue())};
}

QColor toneColor(Tone tone, const QPalette &palette)
{
    const bool dark = isDark(palette);
    switch (tone) {
    case Tone::Normal:
        break;
    case Tone::Muted:
        return mixedColor(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.4);
    case Tone::Good:
        return dark ? QColor(0x7c, 0xce, 0x8e) : QColor(0x1e, 0x73, 0x36);
    case Tone::Bad:
        return dark ? QColor(0xff, 0x8f, 0x85) : QColor(0xb4, 0x23, 0x18);
    case Tone::Warning:
        return dark ? QColor(0xf0, 0xc0, 0x60) : QColor(0x8a, 0x5a, 0x00);
    case Tone::Accent:
        return palette.color(QPalette::Highlight);
    }
    return palette.color(QPalette::Text);
}

QFont smallFont(const QFont &font)
{
    QFont small = font;
    if (font.pointSizeF() > 0) {
        small.setPointSizeF(font.pointSizeF() * 0.9);
    }
    return small;
}

QFont boldFont(const QFont &font)
{
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    return bold;
}

void applyTheme()
{
    const QByteArray theme = qgetenv("BATCHWRIGHT_THEME");
    const bool wantsDark = theme == "dark";
    const QString fusion = QStringLiteral("fusion");
    if (!wantsDark && theme != "light") {
        if (QApplication::style()->name() == fusion) {
            QApplication::setStyle(new ThemeStyle(fusion));
        }
        return;
    }
    QApplication::setStyle(new ThemeStyle(fusion));
    QApplication::setPalette(makePalette(wantsDark ? darkColors : lightColors));
}

} // namespace batchwright
