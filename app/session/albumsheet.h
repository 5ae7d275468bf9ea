// Album sheets: tags for the files of a list, from JSON, CSV or CUE. Pure; any thread.
#pragma once

#include "app/base/result.h"
#include "app/preset/preset.h"

#include <QVector>

namespace batchwright {

struct AlbumSheet {
    QVector<Variables> tracks; ///< entry n belongs to the n-th file of the list
};

/// By the file's extension (.json, .csv, .cue), else by content.
///   JSON: {"artist": …, "album": …, "year": …, "genre": …, "tracks": ["title 1", {"title": …, "artist": …}, …]}
///         or a list of objects, one a file
///   CSV:  a header line with variable names, then one line a file (comma or semicolon, quotes doubled)
///   CUE:  PERFORMER, TITLE, REM DATE, REM GENRE, TRACK
/// Every track gets "track" (its number from 1) and "tracktotal" unless the sheet says otherwise; "year" is also "date".
/// BadSheet names the file and, where it can, the line.
Result<AlbumSheet> readAlbumSheet(const QByteArray &content, const QString &fileName);

/// BadSheet when the sheet has more or fewer entries than there are files.
Outcome checkTrackCount(const AlbumSheet &sheet, qint64 files, const QString &fileName);

} // namespace batchwright
