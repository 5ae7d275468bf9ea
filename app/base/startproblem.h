// Why a program could not be started, as a number. QProcess only gives a text, in the user's language, and where it
// could not open its pipes not even the reason. Any thread.
#pragma once

#include <QString>

namespace batchwright {

/// The errno behind QProcess::errorString() after FailedToStart, asked at once; 0 when it is not one that we know.
int startErrno(const QString &problem);

/// No process, file handle or memory is left for now: nobody's fault, and worth another try.
bool meansBusySystem(int code);

} // namespace batchwright
