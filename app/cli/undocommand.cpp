// "batchwright-cli undo".
#include "app/cli/consolereporter.h"
#include "app/cli/othercommands.h"
#include "app/journal/undorun.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

namespace batchwright {

namespace {

void print(const QJsonObject &object)
{
    std::puts(QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
}

void printError(const Error &error)
{
    std::fprintf(stderr, "%s %s\n", error.sentence.toUtf8().constData(), error.advice.toUtf8().constData());
}

int listRuns(const QVector<UndoableRun> &runs, OutputFormat format)
{
    for (const UndoableRun &run : runs) {
        if (format == OutputFormat::Json) {
            print({{QStringLiteral("event"), QStringLiteral("undoable")},
                   {QStringLiteral("run"), run.token},
                   {QStringLiteral("finished"), run.finishedAt.toUTC().toString(Qt::ISODate)},
                   {QStringLiteral("results"), run.results},
                   {QStringLiteral("replaced"), run.replaced},
                   {QStringLiteral("moved"), run.moved}});
        } else {
            std::puts(QStringLiteral("%1  %2  %3 results, %4 replaced, %5 originals moved")
                          .arg(run.token, run.finishedAt.toString(QStringLiteral("yyyy-MM-dd HH:mm")))
                          .arg(run.results)
                          .arg(run.replaced)
                          .arg(run.moved)
                          .toUtf8()
                          .constData());
        }
    }
    return exitOk;
}

int takeBack(const RunFolder &folder, const QString &token, OutputFormat format, FileOps &files)
{
    const UndoReport report = undoRun(folder, token, files);
    if (format == OutputFormat::Json) {
        QJsonArray problems;
        for (const Error &problem : report.problems) {
            problems.append(problem.sentence);
        }
        print({{QStringLiteral("event"), QStringLiteral("undone")},
               {QStringLiteral("run"), token},
               {QStringLiteral("results"), report.results},
               {QStringLiteral("replaced"), report.replaced},
               {QStringLiteral("moved"), report.moved},
               {QStringLiteral("problems"), problems}});
    } else {
        std::puts(report.sentence().toUtf8().constData());
        for (const Error &problem : report.problems) {
            printError(problem);
        }
    }
    return report.problems.isEmpty() ? exitOk : exitFailed;
}

} // namespace

int runUndo(const UndoOptions &options)
{
    const RunFolder folder(RunFolder::standardPath());
    RealFileOps files;
    const QVector<UndoableRun> runs = undoableRuns(folder);
    if (options.action == UndoOptions::Action::List) {
        return listRuns(runs, options.format);
    }
    const QString token = options.run.isEmpty() && !runs.isEmpty() ? runs.first().token : options.run;
    if (token.isEmpty()) {
        std::fputs("There is nothing to undo.\n", stderr);
        return exitOk;
    }
    if (options.action == UndoOptions::Action::Undo) {
        return takeBack(folder, token, options.format, files);
    }
    if (const Outcome closed = closeRun(folder, token, files); !closed) {
        printError(closed.error());
        return exitFailed;
    }
    return exitOk;
}

} // namespace batchwright
