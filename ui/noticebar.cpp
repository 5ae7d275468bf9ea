#include "ui/noticebar.h"

#include "app/base/humantext.h"
#include "ui/icons.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

namespace batchwright {

namespace {

constexpr int importDelay = 1000; // ms

QString filesText(qint64 count)
{
    return countText(count, NoticeBar::tr("file"), NoticeBar::tr("files"));
}

} // namespace

QString importSentence(const ImportReport &report)
{
    const qint64 refused = report.refused.size();
    if (report.duplicates == 0 && refused == 0 && !report.stopped && report.added > 0) {
        return {};
    }
    QStringList parts;
    if (report.added > 0) {
        parts.append(report.added == 1 ? NoticeBar::tr("1 file was added")
                                       : NoticeBar::tr("%1 were added").arg(filesText(report.added)));
    }
    if (report.duplicates > 0) {
        parts.append(report.duplicates == 1
                         ? NoticeBar::tr("1 was in the list already")
                         : NoticeBar::tr("%1 were in the list already").arg(report.duplicates));
    }
    if (refused > 0) {
        parts.append(NoticeBar::tr("%1 could not be added").arg(refused));
    }
    if (parts.isEmpty()) {
        parts.append(report.stopped ? NoticeBar::tr("Adding was stopped")
                                    : NoticeBar::tr("No files were found there"));
    } else if (report.stopped) {
        parts.append(NoticeBar::tr("then adding was stopped"));
    }
    return parts.join(QStringLiteral(", ")) + u'.';
}

NoticeBar::NoticeBar(QWidget *parent)
    : QFrame(parent),
      m_icon(new QLabel(this)),
      m_text(new QLabel(this)),
      m_busy(new QProgressBar(this)),
      m_stop(new QPushButton(tr("Stop adding"), this)),
      m_show(new QPushButton(tr("Show"), this)),
      m_yes(makeAnswer("noticeYes", &NoticeBar::answeredYes)),
      m_no(makeAnswer("noticeNo", &NoticeBar::answeredNo)),
      m_close(new QToolButton(this))
{
    setObjectName(QStringLiteral("noticeBar"));
    m_icon->setFixedSize(smallIconSide, smallIconSide);
    m_text->setObjectName(QStringLiteral("noticeText"));
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_busy->setRange(0, 0);
    m_busy->setFixedSize(12 * gridUnit, gridUnit);
    m_busy->setTextVisible(false);
    m_busy->setAccessibleName(tr("Looking for files"));
    m_show->setAccessibleName(tr("Show the files that could not be added"));
    m_close->setIcon(actionIcon(QStringLiteral("window-close"), QStringLiteral("close")));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close this notice"));
    m_close->setAccessibleName(tr("Close this notice"));

    auto *layout = new QHBoxLayout(this);
    // The room around the coloured part is the bar's own, so that nothing of it is left when it hides.
    setContentsMargins(2 * gridUnit, 0, 2 * gridUnit, 3 * gridUnit / 2);
    layout->setContentsMargins(3 * gridUnit / 2, gridUnit / 2, gridUnit / 2, gridUnit / 2);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_busy);
    layout->addWidget(m_stop);
    layout->addWidget(m_show);
    layout->addWidget(m_yes);
    layout->addWidget(m_no);
    layout->addWidget(m_close);
    setMinimumHeight(5 * gridUnit + 3 * gridUnit / 2);
    connect(m_stop, &QPushButton::clicked, this, &NoticeBar::importStopRequested);
    connect(m_show, &QPushButton::clicked, this, [this] { emit refusedListRequested(m_sum.refused); });
    connect(m_close, &QToolButton::clicked, this, &NoticeBar::dismiss);
    m_importDelay.setSingleShot(true);
    m_importDelay.setInterval(importDelay);
    connect(&m_importDelay, &QTimer::timeout, this, &NoticeBar::showFound);
    hide();
}

QPushButton *NoticeBar::makeAnswer(const char *name, void (NoticeBar::*answer)())
{
    auto *button = new QPushButton(this);
    button->setObjectName(QLatin1String(name));
    connect(button, &QPushButton::clicked, this, [this, answer] {
        m_question.clear();
        dismiss();
        emit(this->*answer)();
    });
    return button;
}

void NoticeBar::showQuestion(const QString &question, const QString &yes, const QString &no)
{
    m_question = question;
    m_yes->setText(yes);
    m_no->setText(no);
    m_tone = Tone::Normal;
    show(Mode::Question, question);
}

void NoticeBar::showImport(qint64 found)
{
    m_found = found;
    if (m_isImportShown) {
        showFound();
    } else if (!m_importDelay.isActive()) {
        m_importDelay.start();
    }
}

void NoticeBar::showFound()
{
    m_tone = Tone::Normal;
    show(Mode::Import, tr("Looking for files… %1 found").arg(QLocale(QLocale::English).toString(m_found)));
}

void NoticeBar::showReport(const ImportReport &report)
{
    m_importDelay.stop();
    m_sum.added += report.added;
    m_sum.duplicates += report.duplicates;
    m_sum.refused += report.refused;
    m_sum.stopped = report.stopped;
    const QString sentence = importSentence(m_sum);
    if (sentence.isEmpty()) {
        dismiss();
        return;
    }
    m_tone = m_sum.refused.isEmpty() ? Tone::Normal : Tone::Warning;
    show(Mode::Report, sentence);
}

void NoticeBar::showMessage(const QString &sentence, Tone tone)
{
    m_tone = tone;
    show(Mode::Message, sentence);
}

void NoticeBar::show(Mode mode, const QString &text)
{
    m_isImportShown = mode == Mode::Import;
    m_text->setText(text);
    m_text->setAccessibleName(text);
    m_busy->setVisible(mode == Mode::Import);
    m_stop->setVisible(mode == Mode::Import);
    m_show->setVisible(mode == Mode::Report && !m_sum.refused.isEmpty());
    m_yes->setVisible(mode == Mode::Question);
    m_no->setVisible(mode == Mode::Question);
    m_close->setVisible(mode == Mode::Report || mode == Mode::Message);
    const bool isCalm = m_tone == Tone::Normal || m_tone == Tone::Good;
    const QString icon = isCalm ? QStringLiteral("info") : QStringLiteral("warning");
    m_icon->setPixmap(linePixmap(icon, smallIconSide, devicePixelRatioF(), toneColor(m_tone, palette())));
    update();
    QFrame::show();
}

void NoticeBar::dismiss()
{
    m_sum = {};
    m_isImportShown = false;
    if (m_question.isEmpty()) {
        hide();
    } else {
        m_tone = Tone::Normal;
        show(Mode::Question, m_question);
    }
}

void NoticeBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor window = palette().color(QPalette::Window);
    const QColor tint =
        m_tone == Tone::Normal ? palette().color(QPalette::Highlight) : toneColor(m_tone, palette());
    painter.setPen(mixedColor(window, tint, 0.35));
    painter.setBrush(mixedColor(window, tint, 0.1));
    painter.drawRoundedRect(QRectF(contentsRect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

} // namespace batchwright
