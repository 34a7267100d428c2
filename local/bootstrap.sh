#!/bin/sh
# Makes .venv with a uv of its own (hash-pinned); everything else is installed by that uv. Called by the Makefile.
set -eu

python=${PYTHON:-python3}

fail() {
    echo "rapport: $*" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    fail "needs Python 3.11 or newer, and finds no $python; name one with: make PYTHON=/path/to/python"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "needs Python 3.11 or newer; $("$python" --version 2>&1) is older; name another with: make PYTHON=/path/to/python"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "needs Python's venv module (on Debian and Ubuntu: apt-get install python3-venv)"

# An environment that a killed run left half made, or whose Python is gone, is made again.
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi

echo "installing requirements.lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
