// Every name that a file can have is converted, or refused with a sentence.
#include "tests/app/support/samples.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QtTest>

#include <cstdio>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionNames : public QObject
{
    Q_OBJECT

private slots:
    void zoo_data();
    void zoo();
    void wholeZooAtOnce();
    void invalidUtf8IsRefused();
    void foldersWithStrangeNames();

private:
    static QStringList names();
};

QStringList TestSessionNames::names()
{
    return {u"-y.txt"_s,
            u"--help.txt"_s,
            u" leading space.txt"_s,
            u"trailing space .txt"_s,
            u"it's \"quoted\".txt"_s,
            u"frame%03d.txt"_s,
            u"%d%s%n.txt"_s,
            u"page[0].txt"_s,
            u"scaled[100x100].txt"_s,
            u"http:evil.txt"_s,
            u"concat:a|b.txt"_s,
            u"@list.txt"_s,
            u"$(touch x) `id` ; & | > <.txt"_s,
            u"back\\slash.txt"_s,
            u"star*question?.txt"_s,
            u"{input}.txt"_s,
            u"{{x}}.txt"_s,
            u"line\nend.txt"_s,
            u"tab\tand\rreturn.txt"_s,
            u"\U0001F600\U0001F468\u200D\U0001F469.txt"_s,
            u"a\u0308 and \u00e4.txt"_s,
            u"\u202egpj.txt"_s,
            u"no ending"_s,
            u"ends with a dot."_s,
            u"two.dots.txt"_s,
            u"UPPER.TXT"_s,
            QString(251, u'x') + u".txt"_s,
            u"\U0001F600"_s.repeated(62) + u".txt"_s,
            u"é"_s.repeated(125) + u".txt"_s};
}

void TestSessionNames::zoo_data()
{
    QTest::addColumn<QString>("name");
    int number = 0;
    for (const QString &name : names()) {
        QTest::addRow("%d %s", ++number, qPrintable(name.left(30).simplified())) << name;
    }
}

void TestSessionNames::zoo()
{
    QFETCH(QString, name);
    SessionBench bench;
    const QString source = bench.path(u"sources/"_s + name);
    writeFile(source, "content of " + name.toUtf8() + '\n');
    const ImportReport report = bench.add({source});
    QVERIFY2(report.refused.isEmpty(),
             report.refused.isEmpty() ? "" : qPrintable(report.refused.first().sentence));
    QVERIFY(bench.convert());
    const Job &job = bench.job(0);
    QVERIFY2(job.state == JobState::Done, qPrintable(job.result().error.sentence));
    QCOMPARE(readFile(job.result().outputPath), "content of " + name.toUtf8() + '\n');
    QCOMPARE(readFile(source), "content of " + name.toUtf8() + '\n');
    QVERIFY(job.result().outputPath.startsWith(bench.path(u"sources/"_s)));
    QCOMPARE(namesIn(bench.path(u"sources"_s)).size(), 2);
}

void TestSessionNames::wholeZooAtOnce()
{
    SessionBench bench;
    for (const QString &name : names()) {
        writeFile(bench.path(u"sources/"_s + name), name.toUtf8() + '\n');
    }
    QCOMPARE(bench.add({bench.path(u"sources"_s)}).added, names().size());
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), names().size());
    QStringList targets;
    for (int index = 0; index < bench.session().jobs().size(); ++index) {
        QCOMPARE(readFile(bench.job(index).result().outputPath), readFile(bench.job(index).source));
        targets.append(bench.job(index).result().outputPath);
    }
    QCOMPARE(targets.removeDuplicates(), 0);
}

void TestSessionNames::invalidUtf8IsRefused()
{
    SessionBench bench;
    bench.makeTexts(1);
    const QByteArray bad = QFile::encodeName(bench.path(u"sources/"_s)) + "bad\xff\xfe.txt";
    FILE *file = std::fopen(bad.constData(), "w");
    QVERIFY(file);
    std::fputs("text\n", file);
    std::fclose(file);
    for (const QVector<QByteArray> &paths :
         {QVector<QByteArray>{bad}, QVector<QByteArray>{QFile::encodeName(bench.path(u"sources"_s))}}) {
        const ImportReport report = bench.addRaw(paths);
        QCOMPARE(report.refused.size(), 1);
        QCOMPARE(report.refused.first().kind, ErrorKind::BadName);
        QVERIFY(report.refused.first().sentence.contains(u"is not valid UTF-8"_s));
    }
    QCOMPARE(bench.session().jobs().size(), 1);
    QVERIFY(::unlink(bad.constData()) == 0); // QTemporaryDir cannot name it
}

void TestSessionNames::foldersWithStrangeNames()
{
    SessionBench bench;
    for (const QString &folder : {u"-x"_s, u"a\nb"_s, u"%d [0]"_s, u"file:"_s, u"~"_s, u"{stem}"_s}) {
        writeFile(bench.path(u"sources/"_s + folder + u"/a.txt"_s), folder.toUtf8());
    }
    OutputSettings output;
    output.place = OutputPlace::Folder;
    output.folder = bench.path(u"results [%d]\n'x'"_s);
    bench.session().setOutputSettings(output);
    bench.add({bench.path(u"sources"_s)});
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 6);
    for (int index = 0; index < 6; ++index) {
        const Job &job = bench.job(index);
        QCOMPARE(readFile(job.result().outputPath), readFile(job.source));
        QCOMPARE(QDir(output.folder).relativeFilePath(job.result().outputPath).chopped(4),
                 QDir(bench.path(QString())).relativeFilePath(job.source).chopped(4));
    }
}

static const RegisterTest<TestSessionNames> registrationOfSessionNames;

} // namespace batchwright

#include "tst_sessionnames.moc"
