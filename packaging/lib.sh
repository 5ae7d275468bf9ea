# shellcheck shell=bash disable=SC2034 # the lists are for those who source this
# Shared by run.sh, test.sh and .ci/run: what is needed from the system, and how a build folder is made.
# To be sourced with "set -euo pipefail" on. Everything that it prints goes to standard error, so that the
# standard output of the callers is theirs alone. It never changes the current folder.

top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

say() {
    printf '%s\n' "$*" >&2
}

stop() {
    say "$@"
    exit 1
}

# -- Debian packages, by what they are for. "package:command" is also satisfied by the command alone, however
#    it came there; the commands are what is asked for on systems without Debian's packages.
packages_build=(g++:g++ cmake:cmake ninja-build:ninja qt6-base-dev libgl-dev libqt6sql6-sqlite)
# What the worker decodes and encodes with. No front end uses it yet, so that running Batchwright does not need them.
packages_worker=(pkg-config:pkg-config libvips-dev libjpeg62-turbo-dev libavformat-dev libavcodec-dev libswscale-dev
    libdcmtk-dev zlib1g-dev)
packages_cache=(ccache:ccache)
# What converters run in, so that they see nothing but their file.
packages_sandbox=(bubblewrap:bwrap)
# Icons are SVG files, which Qt reads with a plugin.
packages_window=(libqt6svg6)
packages_tests=(git:git xvfb:Xvfb xauth:xauth openbox:openbox xdotool:xdotool python3:python3 python3-gi
    gir1.2-gtk-3.0 gir1.2-atspi-2.0 at-spi2-core dbus-daemon:dbus-run-session fonts-dejavu-core)
packages_checks=(clang:clang++ libclang-rt-14-dev clang-tidy:clang-tidy clang-format:clang-format
    shellcheck:shellcheck)

# The packages of the converters are named where the converters are: in tools.json.
converter_packages() {
    sed -n 's/.*"package"[[:space:]]*:[[:space:]]*"\([a-z0-9.+-]*\)".*/\1/p' "$top/resources/tools.json" | sort -u
}

has_debian_packages() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# Prints those of the given entries that are missing; without Debian's packages: their commands.
missing() {
    local entry installed=" "
    if has_debian_packages; then
        # dpkg-query complains (and fails) about names that it has never heard of; they are missing, too.
        # shellcheck disable=SC2016 # ${...} is dpkg-query's own format
        installed=" $(dpkg-query --show --showformat='${db:Status-Status}:${Package} ' "${@%%:*}" 2>/dev/null || true) "
    fi
    for entry in "$@"; do
        if [[ $entry == *:* ]] && command -v "${entry#*:}" >/dev/null; then
            continue
        elif has_debian_packages; then
            [[ $installed == *" installed:${entry%%:*} "* ]] || printf '%s\n' "${entry%%:*}"
        elif [[ $entry == *:* ]]; then
            printf '%s\n' "${entry#*:}"
        fi
    done
}

wanted_required=()
wanted_optional=()

# want required|optional "what for" entry...: remembers and tells what is missing; install_wanted brings it.
want() {
    local need=$1 purpose=$2 names
    shift 2
    mapfile -t names < <(missing "$@")
    ((${#names[@]})) || return 0
    if has_debian_packages; then
        say "Installing $purpose: ${names[*]}"
    else
        say "Please install $purpose: ${names[*]}"
    fi
    if [[ $need == required ]]; then
        wanted_required+=("${names[@]}")
    else
        wanted_optional+=("${names[@]}")
    fi
}

# Runs apt-get as root, without questions. Shows its output on a terminal, else only when it fails.
apt() {
    local as_root=() log status=0
    if ((EUID != 0)); then
        command -v sudo >/dev/null || stop "This needs root. Run as root, then start again: apt-get install" \
            "${wanted_required[*]} ${wanted_optional[*]}"
        as_root=(sudo)
    fi
    # A package manager that is busy elsewhere is waited for.
    local command=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@")
    if [[ -t 2 ]]; then
        "${command[@]}" </dev/null >&2
        return
    fi
    log=$(mktemp)
    "${command[@]}" </dev/null >"$log" 2>&1 || status=$?
    ((status == 0)) || tail -n 15 -- "$log" >&2
    rm -f -- "$log"
    return "$status"
}

is_known_to_apt() {
    apt-cache show -- "$@" >/dev/null 2>&1
}

install_wanted() {
    local all=("${wanted_required[@]}" "${wanted_optional[@]}") updated=no
    ((${#all[@]})) || return 0
    if ! has_debian_packages; then
        ((${#wanted_required[@]} == 0)) || stop "They are needed to go on."
        return 0
    fi
    if ! is_known_to_apt "${all[@]}"; then
        apt update || true
        updated=yes
    fi
    if ! apt install --no-install-recommends -- "${all[@]}"; then
        # Old lists name package versions that the mirrors no longer have.
        [[ $updated == yes ]] || apt update || true
        if ! apt install --no-install-recommends -- "${all[@]}"; then
            ((${#wanted_optional[@]})) || stop "These packages could not be installed: ${wanted_required[*]}"
            if ((${#wanted_required[@]})) && ! apt install --no-install-recommends -- "${wanted_required[@]}"; then
                stop "These packages could not be installed: ${wanted_required[*]}"
            fi
            say "Going on without: $(missing "${wanted_optional[@]}" | tr '\n' ' ')"
        fi
    fi
    wanted_required=()
    wanted_optional=()
}

# -- Build folders

# For whole builds: twelve files at a time are compiled in a fifth of the time. CI's headless build compiles each alone,
# and so sees what one includes by chance.
together=(-DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=12)

# configure FOLDER cmake-argument...: sets up a build when it is new, was moved, or is to be another one.
configure() {
    local folder=$1 log=$1/configure.log
    shift
    # A build folder knows its absolute place; one that was moved or copied is of no use.
    if [[ -f $folder/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$top" "$folder/CMakeCache.txt"; then
        rm -rf -- "$folder"
    fi
    if [[ -f $folder/build.ninja && $(cat -- "$folder/configure.arguments" 2>/dev/null) == "$*" ]]; then
        return 0
    fi
    mkdir -p -- "$folder"
    local launcher=()
    if [[ ! -f $folder/CMakeCache.txt ]] && command -v ccache >/dev/null; then
        launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    fi
    if ! cmake -S "$top" -B "$folder" -G Ninja "${launcher[@]}" "$@" >"$log" 2>&1; then
        cat -- "$log" >&2
        stop "The build could not be set up."
    fi
    printf '%s' "$*" >"$folder/configure.arguments"
}

# Shows what Ninja prints, on standard error: one line that is written over on a terminal; nothing of what it
# says when there is nothing to do.
show_build() {
    local line is_open=no
    while IFS= read -r line; do
        case $line in
            "ninja: Entering directory "* | "ninja: no work to do." | *"] Re-checking globbed directories...") continue ;;
        esac
        if [[ -t 2 && $line =~ ^\[[0-9]+/[0-9]+\]\  ]]; then
            printf '\r\033[K%s' "${line:0:$((${COLUMNS:-80} - 1))}"
            is_open=yes
        else
            [[ $is_open == no ]] || printf '\n'
            printf '%s\n' "$line"
            is_open=no
        fi
    done
    [[ $is_open == no ]] || printf '\r\033[K'
} >&2

# build FOLDER target...
build() {
    local folder=$1
    shift
    NINJA_STATUS='[%f/%t] ' ninja -C "$folder" "$@" 2>&1 | show_build || stop "The build failed."
}
