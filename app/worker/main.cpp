// batchwright-worker: a process that is fed one file at a time over a socket that it inherits; the descriptor's number is
// its argument. It opens no file by name; what it works on comes as open files with each request. It is started by
// Batchwright, not by people.
#include "app/worker/worker.h"

#include <vips/vips8>

extern "C" {
#include <libavutil/log.h>
}

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/prctl.h>
#include <sys/socket.h>

using namespace batchwright::worker;

namespace {

bool isSocket(int descriptor)
{
    int type = 0;
    socklen_t length = sizeof type;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_SEQPACKET;
}

/// Only decoders that are on the worker's list; libvips has others that run programs or read scripts.
void blockOtherLoaders()
{
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (const char *loader : {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp",
                               "VipsForeignLoadNsgif", "VipsForeignLoadTiff", "VipsForeignLoadHeif",
                               "VipsForeignLoadJxl", "VipsForeignLoadJp2k", "VipsForeignLoadPpm"}) {
        vips_operation_block_set(loader, FALSE);
    }
}

} // namespace

int main(int argc, char *argv[])
{
    if (argc > 1 && std::strcmp(argv[1], "--version") == 0) {
        std::printf("batchwright-worker %s\n", BATCHWRIGHT_VERSION);
        return 0;
    }
    const int inheritedSocket = argc == 2 ? std::atoi(argv[1]) : -1; // what is no number is no socket either
    if (inheritedSocket <= 2 || !isSocket(inheritedSocket)) {
        std::fprintf(stderr,
                     "batchwright-worker is started by Batchwright, with the number of an open socket.\n");
        return 2;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::setlocale(LC_ALL, "C.UTF-8");
    av_log_set_level(AV_LOG_QUIET);
    if (VIPS_INIT(argv[0]) != 0) {
        std::fprintf(stderr, "libvips cannot be used: %s\n", vips_error_buffer());
        return 2;
    }
    vips_cache_set_max(0);
    g_log_set_default_handler([](const gchar *, GLogLevelFlags, const gchar *, gpointer) {}, nullptr);
    blockOtherLoaders();
    return Worker(Channel(OpenFile(inheritedSocket))).run();
}
