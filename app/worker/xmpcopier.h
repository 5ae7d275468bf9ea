// Copies XMP token by token, without what is not wanted: names are as they stand, with their prefixes. For xmp.cpp.
#pragma once

#include <QByteArray>
#include <QStringView>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

#include <functional>

namespace batchwright::worker {

/// One packet, once.
class XmpCopier final
{
public:
    /// Elements and attributes that are left out, with all that is in them.
    std::function<bool(QStringView name)> isLeftOut = [](QStringView) { return false; };
    /// Text that takes the place of an element's or an attribute's, or a null string.
    std::function<QString(QStringView name)> valueFor = [](QStringView) { return QString(); };
    /// The children of <rdf:RDF> that are copied, by their number.
    std::function<bool(int number)> isDescriptionWanted = [](int) { return true; };
    /// Written before </rdf:RDF>.
    std::function<void(QXmlStreamWriter &writer)> atTheEnd = [](QXmlStreamWriter &) {};
    /// <?xpacket …?> around it, which an extension does not have.
    bool keepsInstructions = true;

    /// Nothing when the XML is damaged.
    QByteArray copied(const QByteArray &xmp);
    /// Only <rdf:RDF>'s children, into XML that is being written; false when the XML is damaged.
    bool copyDescriptions(const QByteArray &xmp, QXmlStreamWriter &writer);
    /// How many children <rdf:RDF> had, once it was copied.
    int descriptions() const { return m_number + 1; }
    bool hasChanged() const { return m_hasChanged; }

private:
    void enterOrLeave(const QXmlStreamReader &reader);
    void copyToken(QXmlStreamReader &reader, QXmlStreamWriter &writer);
    void write(QXmlStreamReader &reader, QXmlStreamWriter &writer, const QXmlStreamAttributes &more);
    void writeStart(QXmlStreamReader &reader, QXmlStreamWriter &writer, const QXmlStreamAttributes &more);

    int m_depth = 0; ///< 1 inside of <rdf:RDF>, 2 in one of its children …
    int m_number = -1;
    bool m_hasChanged = false;
};

} // namespace batchwright::worker
