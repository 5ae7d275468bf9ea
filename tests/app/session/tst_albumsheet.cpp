#include "app/session/albumsheet.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestAlbumSheet : public QObject
{
    Q_OBJECT

private slots:
    void reads_data();
    void reads();
    void sheetNumbersWin();
    void badSheets_data();
    void badSheets();
    void longSheets();
    void counts();
};

void TestAlbumSheet::reads_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QVector<Variables>>("expected");

    const auto track = [](const QString &number, const QString &title, const QString &artist) {
        return Variables{{u"artist"_s, artist},    {u"album"_s, u"Notes"_s}, {u"year"_s, u"1843"_s},
                         {u"date"_s, u"1843"_s},   {u"title"_s, title},      {u"track"_s, number},
                         {u"tracktotal"_s, u"2"_s}};
    };
    const QVector<Variables> both{track(u"1"_s, u"One"_s, u"Ada"_s),
                                  track(u"2"_s, u"Two, \"too\""_s, u"Charles"_s)};
    QTest::newRow("JSON object") << u"album.json"_s
                                 << QByteArray(R"({"Artist": "Ada", "album": "Notes", "year": 1843, "tracks":
                                     ["One", {"title": "Two, \"too\"", "artist": "Charles"}]})")
                                 << both;
    QTest::newRow("JSON list") << u"list.JSON"_s
                               << QByteArray(
                                      R"([{"artist": "Ada", "album": "Notes", "year": "1843", "title": "One"},
                                   {"artist": "Charles", "album": "Notes", "year": 1843, "title": "Two, \"too\""}])")
                               << both;
    QTest::newRow("JSON by content") << u"sheet"_s
                                     << QByteArray(
                                            R"( {"artist": "Ada", "album": "Notes", "year": 1843, "tracks":
                                         ["One", {"title": "Two, \"too\"", "artist": "Charles"}]})")
                                     << both;
    QTest::newRow("CSV")
        << u"album.csv"_s
        << QByteArray(
               "title,Artist,album,year\nOne,Ada,Notes,1843\n\"Two, \"\"too\"\"\",Charles,Notes,1843\n")
        << both;
    QTest::newRow("CSV from a spreadsheet")
        << u"album.csv"_s
        << QByteArray("\xef\xbb\xbftitle;artist;album;year\r\nOne;Ada;Notes;1843\r\n"
                      "\"Two, \"\"too\"\"\";Charles; Notes ;1843\r\n\r\n")
        << both;
    const Variables cueOne{{u"artist"_s, u"Ada"_s},        {u"album"_s, u"Notes"_s}, {u"date"_s, u"1843"_s},
                           {u"genre"_s, u"Spoken word"_s}, {u"title"_s, u"One"_s},   {u"track"_s, u"1"_s},
                           {u"tracktotal"_s, u"2"_s}};
    Variables cueTwo = cueOne;
    cueTwo.insert({{u"title"_s, u"Two"_s}, {u"artist"_s, u"Charles"_s}, {u"track"_s, u"2"_s}});
    QTest::newRow("CUE")
        << u"album.cue"_s
        << QByteArray(
               "REM GENRE \"Spoken word\"\r\nREM DATE 1843\r\nPERFORMER \"Ada\"\r\nTITLE \"Notes\"\r\n"
               "FILE \"notes.wav\" WAVE\r\n  TRACK 01 AUDIO\r\n    TITLE \"One\"\r\n    INDEX 01 00:00:00\r\n"
               "  TRACK 02 AUDIO\r\n    TITLE \"Two\"\r\n    PERFORMER \"Charles\"\r\n    INDEX 01 "
               "03:00:00\r\n")
        << QVector<Variables>{cueOne, cueTwo};
    QTest::newRow("line end in quotes")
        << u"a.csv"_s << QByteArray("title\n\"a\nb\"\nc")
        << QVector<Variables>{{{u"title"_s, u"a\nb"_s}, {u"track"_s, u"1"_s}, {u"tracktotal"_s, u"2"_s}},
                              {{u"title"_s, u"c"_s}, {u"track"_s, u"2"_s}, {u"tracktotal"_s, u"2"_s}}};
    QTest::newRow("empty fields are no values")
        << u"a.csv"_s << QByteArray("title,artist\nOne,\n")
        << QVector<Variables>{{{u"title"_s, u"One"_s}, {u"track"_s, u"1"_s}, {u"tracktotal"_s, u"1"_s}}};
}

void TestAlbumSheet::reads()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QFETCH(QVector<Variables>, expected);
    const Result<AlbumSheet> sheet = readAlbumSheet(content, file);
    QVERIFY2(sheet, sheet ? "" : qPrintable(sheet.error().sentence));
    QCOMPARE(sheet->tracks, expected);
}

void TestAlbumSheet::sheetNumbersWin()
{
    const Result<AlbumSheet> sheet =
        readAlbumSheet("track,tracktotal,date,year\n7,12,1999-01-02,2000\n", u"a.csv"_s);
    QVERIFY(sheet);
    QCOMPARE(sheet->tracks.first().value(u"track"_s), u"7"_s);
    QCOMPARE(sheet->tracks.first().value(u"tracktotal"_s), u"12"_s);
    QCOMPARE(sheet->tracks.first().value(u"date"_s), u"1999-01-02"_s);
}

void TestAlbumSheet::badSheets_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("words");
    QTest::newRow("bad JSON") << u"a.json"_s << QByteArray("{\n\"a\": }\n") << u"line 2 is not JSON"_s;
    QTest::newRow("no tracks") << u"a.json"_s << QByteArray("{\"artist\": \"Ada\"}") << u"no list “tracks”"_s;
    QTest::newRow("odd track") << u"a.json"_s << QByteArray("[\"One\", 2]") << u"entry 2 of the tracks"_s;
    QTest::newRow("empty") << u"a.csv"_s << QByteArray() << u"line 1 must name the columns"_s;
    QTest::newRow("column without a name")
        << u"a.csv"_s << QByteArray("a,,b\n1,2,3\n") << u"line 1 must name the columns"_s;
    QTest::newRow("too few fields") << u"a.csv"_s << QByteArray("a,b\n1,2\n\"x\ny\",2\n3\n")
                                    << u"line 5 has 1 fields, but there are 2"_s;
    QTest::newRow("too many fields") << u"a.csv"_s << QByteArray("a,b\n1,2,3\n") << u"line 2 has 3 fields"_s;
    QByteArray many = "{\"tracks\": [\"One\"]";
    for (int number = 0; number < 101; ++number) {
        many += ", \"k" + QByteArray::number(number) + "\": 1";
    }
    QTest::newRow("too many values for all tracks")
        << u"a.json"_s << QByteArray(many + '}') << u"101 values for all tracks"_s;
    QTest::newRow("no TRACK") << u"a.cue"_s << QByteArray("TITLE \"x\"\n") << u"no TRACK"_s;
}

void TestAlbumSheet::badSheets()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QFETCH(QString, words);
    const Result<AlbumSheet> sheet = readAlbumSheet(content, file);
    QVERIFY(!sheet);
    QCOMPARE(sheet.error().kind, ErrorKind::BadSheet);
    QVERIFY2(sheet.error().sentence.startsWith(file + u": "_s) && sheet.error().sentence.contains(words),
             qPrintable(sheet.error().sentence));
}

void TestAlbumSheet::longSheets()
{
    // Counting the lines from the start for each record took minutes here.
    const Result<AlbumSheet> sheet =
        readAlbumSheet("title\n" + QByteArray("a\n").repeated(500'000) + "b,c\n", u"a.csv"_s);
    QVERIFY(!sheet);
    QVERIFY2(sheet.error().sentence.contains(u"line 500002 has 2 fields"_s),
             qPrintable(sheet.error().sentence));
}

void TestAlbumSheet::counts()
{
    AlbumSheet sheet;
    sheet.tracks.resize(3);
    QVERIFY(checkTrackCount(sheet, 3, u"a.cue"_s));
    const Outcome few = checkTrackCount(sheet, 1, u"a.cue"_s);
    QVERIFY(!few);
    QCOMPARE(few.error().kind, ErrorKind::BadSheet);
    QVERIFY2(few.error().sentence.contains(u"3 tracks"_s) && few.error().sentence.contains(u"1 file."_s),
             qPrintable(few.error().sentence));
    QVERIFY(!checkTrackCount(sheet, 4, u"a.cue"_s));
}

static const RegisterTest<TestAlbumSheet> registrationOfAlbumSheet;

} // namespace batchwright

#include "tst_albumsheet.moc"
