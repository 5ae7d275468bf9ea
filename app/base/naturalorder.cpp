#include "app/base/naturalorder.h"

namespace batchwright {

namespace {

bool isDigit(QChar character)
{
    return character >= u'0' && character <= u'9';
}

/// The run of digits that starts at `from`, without leading zeros; `end` becomes the place behind it.
QStringView numberAt(QStringView text, qsizetype from, qsizetype &end)
{
    end = from;
    while (end < text.size() && isDigit(text[end])) {
        ++end;
    }
    while (from < end - 1 && text[from] == u'0') {
        ++from;
    }
    return text.mid(from, end - from);
}

} // namespace

int compareNaturally(QStringView left, QStringView right)
{
    qsizetype l = 0;
    qsizetype r = 0;
    while (l < left.size() && r < right.size()) {
        if (isDigit(left[l]) && isDigit(right[r])) {
            const QStringView leftNumber = numberAt(left, l, l);
            const QStringView rightNumber = numberAt(right, r, r);
            if (leftNumber.size() != rightNumber.size()) {
                return leftNumber.size() < rightNumber.size() ? -1 : 1;
            }
            if (const int order = leftNumber.compare(rightNumber); order != 0) {
                return order;
            }
            continue;
        }
        const QChar leftCharacter = left[l].toCaseFolded();
        const QChar rightCharacter = right[r].toCaseFolded();
        if (leftCharacter != rightCharacter) {
            return leftCharacter < rightCharacter ? -1 : 1;
        }
        ++l;
        ++r;
    }
    const qsizetype leftRest = left.size() - l;
    const qsizetype rightRest = right.size() - r;
    if (leftRest != rightRest) {
        return leftRest < rightRest ? -1 : 1;
    }
    return left.compare(right);
}

} // namespace batchwright
