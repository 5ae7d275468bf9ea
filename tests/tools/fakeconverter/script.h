// What fakeconverter was told to do: its arguments as values, read once by main().
#pragma once

#include <string>
#include <vector>

namespace fake {

struct Script {
    bool ignoreTerm = false;
    bool tellSignals = false;
    std::string aliveFolder;
    std::string rendezvous;
    bool grandchild = false;
    bool runaway = false;
    long long eatBytes = 0;
    bool printArguments = false;
    std::vector<std::string> printEnvironment;
    bool printFolder = false;
    bool listEnvironment = false;
    std::vector<std::string> read;
    std::vector<std::string> list;
    std::vector<std::string> write;
    bool rewriteOpenFiles = false;
    long long connectPort = -1;
    long long allocateBytes = -1;
    std::vector<std::string> say;
    std::vector<std::string> complain;
    bool readStandardInput = false;
    std::string readFile;
    bool closeOutput = false;
    bool closeErrors = false;
    std::string input;
    std::string output;
    long long partialBytes = -1;
    bool emptyOutput = false;
    bool noOutput = false;
    bool writeInput = false;
    long long duration = 0;
    std::string waitFor;
    long long reports = 0;
    std::string style = "ffmpeg";
    long long mediaDuration = 10000;
    long long totalSize = -1;
    bool toStandardError = false;
    bool split = false;
    bool noNewline = false;
    long long floodBytes = 0;
    long long floodOutputBytes = 0;
    bool oneLine = false;
    bool garbage = false;
    long long lastWordsBytes = 0;
    std::string failFirst;
    int crashSignal = 0;
    int exitCode = 0;
};

extern Script script;

/// Fills `script`; a mistake ends the program with a sentence and exit code 90.
void readArguments(const std::vector<std::string> &arguments);

} // namespace fake
