#!/usr/bin/env bash
# Makes the README's pictures anew in resources/screenshots/, from the real program at work.
set -euo pipefail
here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
# shellcheck source=packaging/lib.sh
source "$here/lib.sh"

mapfile -t converters < <(converter_packages)
want required "what builds Batchwright" "${packages_build[@]}"
want required "what the worker reads and writes pictures with" "${packages_worker[@]}"
want required "what the window shows icons with" "${packages_window[@]}"
want required "the converters that presets use" "${converters[@]}"
want required "what drives the window" "${packages_tests[@]}"
install_wanted

folder=$top/build/release
configure "$folder" -DCMAKE_BUILD_TYPE=Release -DBATCHWRIGHT_TESTS=OFF "${together[@]}"
build "$folder" batchwright batchwright-worker
# A copy with a plain path: the pictures show the commands that ran.
programs=/tmp/batchwright
mkdir -- "$programs"
trap 'rm -rf -- "$programs"' EXIT
cp -- "$folder/bin/batchwright" "$folder/bin/batchwright-worker" "$programs"
/usr/bin/python3 "$top/tests/e2e/screenshots.py" "$programs/batchwright" "$top/resources/screenshots"
