#!/bin/sh
# Brings Chromium for the tests of pages, where it is missing and we may install it. Called by the Makefile.
# Never fails: without Chromium those tests say themselves what they lack.
set -u

for name in chromium chromium-browser google-chrome-stable google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || exit 0

echo "installing chromium for the tests of pages"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >/dev/null 2>&1
apt-get -qq install -y --no-install-recommends chromium >/dev/null 2>&1 ||
    echo "rapport: chromium could not be installed; the tests of pages will say so" >&2
exit 0
