#!/usr/bin/env bash
# Lets every fuzz target look for new inputs: run.sh BUILD-FOLDER [SECONDS [TARGET…]]
# Two targets at a time, SECONDS (60) each, starting from the seeds in corpus/. Prints how many inputs each tried. When
# one finds something, its last lines and the input (base64) are printed, and the exit status is 1. New inputs that reach
# new code stay in BUILD-FOLDER/fuzz-found/TARGET, so that a second run goes on from them.
# FUZZ_SEED: a number above 0 repeats a search, on a machine of the same speed.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
folder=$(cd -- "$1" && pwd -P)
seconds=${2:-60}
shift $(($# < 2 ? $# : 2))
targets=("$@")
if ((${#targets[@]} == 0)); then
    for program in "$folder"/fuzz/fuzz_*; do
        targets+=("${program##*/fuzz_}")
    done
fi

# fuzz TARGET: one run; its output goes to a file, and what matters of it to standard output.
fuzz() {
    local target=$1 status=0
    local found=$folder/fuzz-found/$target log=$folder/fuzz-found/$target.log crash=$folder/fuzz-found/$target.input
    mkdir -p -- "$found"
    rm -f -- "$crash"
    # 10 s for 64 KiB: a parser that is linear needs a few milliseconds, also under the sanitizers.
    "$folder/fuzz/fuzz_$target" -max_total_time="$seconds" -seed="${FUZZ_SEED:-0}" -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -exact_artifact_path="$crash" "$found" "$here/corpus/$target" >"$log" 2>&1 || status=$?
    printf '%-10s %s inputs tried\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | grep . || echo '?')"
    if ((status != 0)); then
        printf '=== fuzz_%s found something (exit status %d)\n' "$target" "$status"
        grep -v '^stat::\|^#[0-9]*[[:space:]]*\(NEW\|REDUCE\|pulse\|RELOAD\)' "$log" | tail -n 40
        if [[ -f $crash ]]; then
            printf 'To see it again: base64 -d >input <<<TEXT && %s input, where TEXT is\n' "$folder/fuzz/fuzz_$target"
            base64 --wrap=0 -- "$crash"
            printf '\n'
        fi
        return 1
    fi
}
export -f fuzz
export folder seconds here
# xargs ends with 123 when one of them failed; the others go on.
# shellcheck disable=SC2016 # $1 is for the inner shell
printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P 2 bash -c 'fuzz "$1"' fuzz
