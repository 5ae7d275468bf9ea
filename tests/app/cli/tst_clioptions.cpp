#include "app/cli/clioptions.h"
#include "tests/app/support/testregistry.h"

#include <QDir>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

QVector<QByteArray> words(const char *line)
{
    QVector<QByteArray> arguments;
    for (const QByteArray &word : QByteArray(line).split(' ')) {
        if (!word.isEmpty()) {
            arguments.append(word);
        }
    }
    return arguments;
}

ConvertOptions convertOptions(const QVector<QByteArray> &arguments)
{
    const Result<CliCommand> command = parseCli(arguments);
    if (!command) {
        qFatal("%s", qPrintable(command.error().sentence));
    }
    return std::get<ConvertOptions>(*command);
}

} // namespace

class TestCliOptions : public QObject
{
    Q_OBJECT

private slots:
    void everythingOfConvert();
    void defaultsOfConvert();
    void originalsAndChecks();
    void valuesBehindAnEqualsSign();
    void filesAreBytes();
    void presets();
    void probe();
    void help_data();
    void help();
    void helpNamesEveryOption();
    void mistakes_data();
    void mistakes();
};

void TestCliOptions::everythingOfConvert()
{
    const ConvertOptions options = convertOptions(words(
        "convert --preset photo-webp --set size=100 --set crop=a=b --var artist=Ada "
        "--vars-from album.cue --output /out --flat "
        "--name x-{index} --exists skip --jobs 3 --sandbox require --keep-order --dry-run --format json "
        "--allow-sleep --order list --memory 1.5G --gentle --when-done power-off --csv t.csv --files0-from - "
        "a.jpg b.jpg"));
    QCOMPARE(options.preset, u"photo-webp"_s);
    QCOMPARE(options.options,
             (QVector<QPair<QString, QString>>{{u"size"_s, u"100"_s}, {u"crop"_s, u"a=b"_s}}));
    QCOMPARE(options.variables, (QVector<QPair<QString, QString>>{{u"artist"_s, u"Ada"_s}}));
    QCOMPARE(options.sheetFile, u"album.cue"_s);
    OutputSettings output;
    output.place = OutputPlace::Folder;
    output.folder = u"/out"_s;
    output.tree = FolderTree::Flat;
    output.nameTemplate = u"x-{index}"_s;
    output.exists = ExistsRule::Skip;
    QVERIFY(options.output == output);
    QCOMPARE(options.run.jobs, 3);
    QVERIFY(options.run.keepOrder && options.dryRun && !options.run.longestFirst && !options.run.keepAwake);
    QCOMPARE(options.run.memoryMegabytes, 1500);
    QVERIFY(options.run.gentle);
    QCOMPARE(options.run.whenDone, FinishAction::PowerOff);
    QCOMPARE(options.run.format, OutputFormat::Json);
    QCOMPARE(options.run.csvFile, u"t.csv"_s);
    QCOMPARE(options.sandbox, SandboxRule::Require);
    QCOMPARE(options.filesFrom, u"-"_s);
    QCOMPARE(options.files, QVector<QByteArray>({"a.jpg", "b.jpg"}));
}

void TestCliOptions::originalsAndChecks()
{
    const OutputSettings output =
        convertOptions(words("convert --preset x --verify --only-if-smaller --no-attributes --source move "
                             "--source-folder old a"))
            .output;
    QVERIFY(output.verify && output.onlyIfSmaller && !output.keepAttributes);
    QCOMPARE(output.sourceRule, SourceRule::MoveToFolder);
    QCOMPARE(output.sourceFolder, QDir::current().absoluteFilePath(u"old"_s));
    QCOMPARE(convertOptions(words("convert --preset x --source trash a")).output.sourceRule,
             SourceRule::Trash);
    QVERIFY(convertOptions(words("convert --preset x --source keep a")).output == OutputSettings{});
}

void TestCliOptions::defaultsOfConvert()
{
    const ConvertOptions options = convertOptions(words("convert --preset x a.jpg"));
    QCOMPARE(options.output, OutputSettings{});
    QCOMPARE(options.run.jobs, 0);
    QVERIFY(!options.run.keepOrder && !options.dryRun && options.run.longestFirst && options.run.keepAwake);
    QCOMPARE(options.run.format, OutputFormat::Text);
    QCOMPARE(options.sandbox, SandboxRule::Auto);
}

void TestCliOptions::valuesBehindAnEqualsSign()
{
    const ConvertOptions options =
        convertOptions(words("convert --preset=x --set=a=b=c --output=rel/../out -- --flat -x"));
    QCOMPARE(options.options.first().second, u"b=c"_s);
    QCOMPARE(options.output.folder, QDir::cleanPath(QDir::current().absoluteFilePath(u"out"_s)));
    QCOMPARE(options.output.tree, FolderTree::Mirror);
    QCOMPARE(options.files, QVector<QByteArray>({"--flat", "-x"}));
}

void TestCliOptions::filesAreBytes()
{
    const QByteArray odd("a\xff\n b");
    QCOMPARE(convertOptions({"convert", odd, "--preset", "x"}).files, QVector<QByteArray>{odd});
}

void TestCliOptions::presets()
{
    const Result<CliCommand> list = parseCli(words("presets list --format json"));
    QVERIFY(list);
    QCOMPARE(std::get<PresetsOptions>(*list).action, PresetsOptions::Action::List);
    QCOMPARE(std::get<PresetsOptions>(*list).format, OutputFormat::Json);
    const Result<CliCommand> show = parseCli(words("presets show photo-webp"));
    QCOMPARE(std::get<PresetsOptions>(*show).action, PresetsOptions::Action::Show);
    QCOMPARE(std::get<PresetsOptions>(*show).subject, u"photo-webp"_s);
    QCOMPARE(std::get<PresetsOptions>(*parseCli(words("presets check x.json"))).action,
             PresetsOptions::Action::Check);
}

void TestCliOptions::probe()
{
    const Result<CliCommand> command = parseCli(words("probe --format json a -- --b"));
    QVERIFY(command);
    QCOMPARE(std::get<ProbeOptions>(*command).files, QVector<QByteArray>({"a", "--b"}));
    QCOMPARE(std::get<ProbeOptions>(*command).format, OutputFormat::Json);
}

void TestCliOptions::help_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("text");
    for (const char *line : {"--help", "help", "-h", "convert --help", "presets --help", "probe --help"}) {
        QTest::newRow(line) << QByteArray(line) << cliHelp();
    }
    QTest::newRow("--version") << QByteArray("--version")
                               << QStringLiteral("batchwright-cli " BATCHWRIGHT_VERSION "\n");
}

void TestCliOptions::help()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, text);
    const Result<CliCommand> command = parseCli(words(line.constData()));
    QVERIFY(command);
    QCOMPARE(std::get<HelpOptions>(*command).text, text);
}

void TestCliOptions::helpNamesEveryOption()
{
    for (const char *option : {"--set",     "--var",    "--vars-from", "--output",      "--flat",
                               "--name",    "--exists", "--jobs",      "--sandbox",     "--order",
                               "--memory",  "--gentle", "--when-done", "--keep-order",  "--allow-sleep",
                               "--dry-run", "--format", "--csv",       "--files0-from", "--preset"}) {
        QVERIFY2(cliHelp().contains(QLatin1String(option)), option);
    }
}

void TestCliOptions::mistakes_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *line, const QString &text) {
        QTest::newRow(line) << QByteArray(line) << text;
    };
    row("", u"A command is missing"_s);
    row("transmogrify", u"no command “transmogrify”"_s);
    row("convert a.jpg", u"needs --preset"_s);
    row("convert --preset x", u"no files"_s);
    row("convert --preset", u"--preset needs a value"_s);
    row("convert --preset x --size 3 a", u"convert does not know --size"_s);
    row("convert --preset x --set size a", u"--set needs name=value"_s);
    row("convert --preset x --set =3 a", u"--set needs name=value"_s);
    row("convert --preset x --var artist a", u"--var needs name=value"_s);
    row("convert --preset x --exists overwrite a", u"--exists is rename, skip or replace, not “overwrite”"_s);
    row("convert --preset x --sandbox on a", u"--sandbox is auto, require or off, not “on”"_s);
    row("convert --preset x --format xml a", u"--format is text or json, not “xml”"_s);
    row("convert --preset x --jobs 0 a", u"--jobs is a number from 1 to 1024"_s);
    row("convert --preset x --jobs 1025 a", u"--jobs is a number from 1 to 1024"_s);
    row("convert --preset x --jobs two a", u"--jobs is a number from 1 to 1024"_s);
    for (const char *size : {"0", "lots", "-4G", "4X", "9999999T"}) {
        const QByteArray line = QByteArray("convert --preset x a --memory ") + size;
        row(line.constData(), u"--memory is a size such as 4G or 500M, not “%1”"_s.arg(QLatin1String(size)));
    }
    row("convert --preset x --when-done explode a", u"--when-done is suspend or power-off, not “explode”"_s);
    row("convert --preset x --gentle=no a", u"--gentle takes no value"_s);
    row("convert --preset x --flat=yes a", u"--flat takes no value"_s);
    row("convert --preset x --source burn a", u"--source is keep, trash or move"_s);
    row("convert --preset x --source move a", u"--source move needs --source-folder"_s);
    row("convert --preset x --source-folder y a", u"--source-folder is only for --source move"_s);
    row("convert --preset x --source trash --source-folder y a", u"--source-folder is only for"_s);
    row("convert --preset x --verify=yes a", u"--verify takes no value"_s);
    row("presets", u"presets needs list"_s);
    row("presets remove x", u"presets needs list"_s);
    row("presets list x", u"presets list takes nothing else"_s);
    row("presets show", u"presets show needs one name"_s);
    row("presets show a b", u"presets show needs one name"_s);
    row("presets list --jobs 3", u"presets does not know --jobs"_s);
    row("presets list --format", u"--format is text or json"_s);
    row("probe", u"probe needs at least one file"_s);
    row("probe --preset x a", u"probe does not know --preset"_s);
}

void TestCliOptions::mistakes()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, words);
    const Result<CliCommand> command = parseCli(batchwright::words(line.constData()));
    QVERIFY(!command);
    QCOMPARE(command.error().kind, ErrorKind::Usage);
    QVERIFY2(command.error().sentence.contains(words), qPrintable(command.error().sentence));
    QVERIFY(command.error().advice.contains(u"--help"_s));
}

static const RegisterTest<TestCliOptions> registrationOfCliOptions;

} // namespace batchwright

#include "tst_clioptions.moc"
