#!/usr/bin/env bash
# Starts Batchwright from a checkout: installs what is missing (Debian, Ubuntu), builds what changed, runs.
set -euo pipefail
here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
# shellcheck source=packaging/lib.sh
source "$here/lib.sh"

usage() {
    cat <<'TEXT'
packaging/run.sh [FILES AND FOLDERS]   opens the window with them
packaging/run.sh convert ...           converts without a window; "convert --help" lists the options
packaging/run.sh resume             goes on with what a crash or Ctrl+C interrupted
packaging/run.sh undo               takes the last batch back
packaging/run.sh presets ...           lists, shows and checks presets
packaging/run.sh probe FILES           tells what files are
The first start installs what is missing and builds; this takes a few minutes. Later ones start at once.
TEXT
}

program=batchwright
case ${1-} in
    -h | --help)
        usage
        exit 0
        ;;
    convert | resume | undo | presets | probe)
        program=batchwright-cli
        ;;
esac

# Told before anything is installed and built, because no build would help.
if [[ $program == batchwright && -z ${DISPLAY-}${WAYLAND_DISPLAY-}${QT_QPA_PLATFORM-} ]]; then
    say "There is no display here, so the window cannot open. Without a window:"
    say "  packaging/run.sh presets list"
    say "  packaging/run.sh convert --preset ID FILES"
    exit 1
fi

mapfile -t converters < <(converter_packages)
want required "what builds Batchwright" "${packages_build[@]}"
want required "what the worker reads and writes pictures with" "${packages_worker[@]}"
if [[ $program == batchwright ]]; then
    want optional "what the window shows icons with" "${packages_window[@]}"
fi
want optional "the converters that presets use" "${converters[@]}"
want optional "what converters are locked into" "${packages_sandbox[@]}"
install_wanted

folder=$top/build/release
mkdir -p -- "$folder"
[[ -x $folder/bin/$program ]] || say "Building Batchwright; the first time takes a few minutes."
# Two starts at once must not build into each other. The lock ends with this block, before the program runs.
{
    flock 9
    configure "$folder" -DCMAKE_BUILD_TYPE=Release -DBATCHWRIGHT_TESTS=OFF "${together[@]}"
    build "$folder" "$program" batchwright-worker
} 9>"$folder.lock"

exec "$folder/bin/$program" "$@"
