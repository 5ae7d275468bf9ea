#!/usr/bin/env bash
# Builds everything and runs all tests: packaging/test.sh [-DNAME=VALUE ...] [ctest arguments ...]
#   packaging/test.sh                       all tests
#   packaging/test.sh -L unit               those of one label: unit, process, ui, e2e
#   packaging/test.sh -R joblist -V         those of a name, with all that they print
# Needs no display: window tests draw off-screen or start a server of their own. Real media files are taken
# from $BATCHWRIGHT_CORPUS or ../shared/corpus when one of them is there.
set -euo pipefail
here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
# shellcheck source=packaging/lib.sh
source "$here/lib.sh"

options=()
while [[ ${1-} == -D* ]]; do
    options+=("$1")
    shift
done

mapfile -t converters < <(converter_packages)
want required "what builds Batchwright" "${packages_build[@]}"
want required "what the worker reads and writes pictures with" "${packages_worker[@]}"
want optional "a compiler cache" "${packages_cache[@]}"
want optional "what the window shows icons with" "${packages_window[@]}"
want optional "the converters that presets use" "${converters[@]}"
want required "what converters are locked into" "${packages_sandbox[@]}"
want optional "what drives the window in tests" "${packages_tests[@]}"
install_wanted

# Optimised, as people run it, but with every assertion on.
folder=$top/build/test
configure "$folder" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS=-DQT_FORCE_ASSERTS "${together[@]}" \
    "${options[@]}"
build "$folder"
# The time limit is for tests that set none themselves.
exec ctest --test-dir "$folder" --output-on-failure --no-tests=error --parallel "$(nproc)" --timeout 300 "$@"
