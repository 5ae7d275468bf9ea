#include "app/worker/xmpcopier.h"

namespace batchwright::worker {

QByteArray XmpCopier::copied(const QByteArray &xmp)
{
    QXmlStreamReader reader(xmp);
    reader.setNamespaceProcessing(false);
    QByteArray result;
    QXmlStreamWriter writer(&result);
    while (!reader.atEnd()) {
        copyToken(reader, writer);
    }
    return reader.hasError() ? QByteArray() : result;
}

bool XmpCopier::copyDescriptions(const QByteArray &xmp, QXmlStreamWriter &writer)
{
    QXmlStreamReader reader(xmp);
    reader.setNamespaceProcessing(false);
    QXmlStreamAttributes spaces; // declared around the children
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() && m_depth == 0) {
            spaces += reader.attributes();
        }
        const int before = m_depth;
        enterOrLeave(reader);
        if (before > 0 && m_depth > 0) {
            write(reader, writer, before == 1 ? spaces : QXmlStreamAttributes());
        }
    }
    return !reader.hasError() && m_number >= 0;
}

void XmpCopier::enterOrLeave(const QXmlStreamReader &reader)
{
    if (reader.isStartElement()) {
        const bool isRoot = m_depth == 0 && reader.qualifiedName() == u"rdf:RDF";
        m_number += m_depth == 1 ? 1 : 0;
        m_depth += isRoot || m_depth > 0 ? 1 : 0;
    } else if (reader.isEndElement() && m_depth > 0) {
        --m_depth;
    }
}

void XmpCopier::copyToken(QXmlStreamReader &reader, QXmlStreamWriter &writer)
{
    reader.readNext();
    const bool isChild = m_depth == 1;
    if (reader.isStartElement()
        && (isLeftOut(reader.qualifiedName()) || (isChild && !isDescriptionWanted(m_number + 1)))) {
        m_number += isChild ? 1 : 0;
        m_hasChanged = true;
        reader.skipCurrentElement();
        return;
    }
    if (reader.isEndElement() && isChild) {
        atTheEnd(writer);
    }
    enterOrLeave(reader);
    write(reader, writer, {});
}

void XmpCopier::write(QXmlStreamReader &reader, QXmlStreamWriter &writer, const QXmlStreamAttributes &more)
{
    switch (reader.tokenType()) {
    case QXmlStreamReader::StartElement:
        writeStart(reader, writer, more);
        break;
    case QXmlStreamReader::EndElement:
        writer.writeEndElement();
        break;
    case QXmlStreamReader::Characters:
        writer.writeCharacters(reader.text().toString());
        break;
    case QXmlStreamReader::ProcessingInstruction:
        if (keepsInstructions) {
            writer.writeProcessingInstruction(reader.processingInstructionTarget().toString(),
                                              reader.processingInstructionData().toString());
        }
        break;
    case QXmlStreamReader::DTD:
    case QXmlStreamReader::EntityReference:
        reader.raiseError(); // XMP has none; what they stand for could be anything
        break;
    default:
        break;
    }
}

void XmpCopier::writeStart(QXmlStreamReader &reader, QXmlStreamWriter &writer,
                           const QXmlStreamAttributes &more)
{
    const QString name = reader.qualifiedName().toString();
    bool isNamedWell = name.count(u':') <= 1;
    writer.writeStartElement(isNamedWell ? name : QString(name).remove(u':'));
    const QXmlStreamAttributes own = reader.attributes();
    for (const QXmlStreamAttribute &attribute : own) {
        const QString key = attribute.qualifiedName().toString();
        const QString value = valueFor(key);
        isNamedWell = isNamedWell && key.count(u':') <= 1;
        const bool isGone = isLeftOut(key) || !isNamedWell;
        m_hasChanged = m_hasChanged || isGone || (!value.isNull() && attribute.value() != value);
        if (!isGone) {
            writer.writeAttribute(key, value.isNull() ? attribute.value().toString() : value);
        }
    }
    for (const QXmlStreamAttribute &attribute : more) {
        const QString key = attribute.qualifiedName().toString();
        if (key.startsWith(QLatin1String("xmlns:")) && key.count(u':') == 1 && !own.hasAttribute(key)) {
            writer.writeAttribute(key, attribute.value().toString());
        }
    }
    if (!isNamedWell) {
        reader.raiseError(); // the writer does not take such names
        return;
    }
    const QString value = valueFor(name);
    if (!value.isNull()) {
        const QString old = reader.readElementText(QXmlStreamReader::SkipChildElements);
        m_hasChanged = m_hasChanged || old.trimmed() != value;
        writer.writeCharacters(value);
        writer.writeEndElement();
        m_depth -= m_depth > 0 ? 1 : 0;
    }
}

} // namespace batchwright::worker
