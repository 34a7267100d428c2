#!/bin/sh
# Brings Chromium for the tests of pages, where it is missing and we may install it. Called by the Makefile.
# Never fails: without Chromium those tests say themselves what they lack.
set -u

for name in chromium-headless-shell chromium chromium-browser google-chrome-stable google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || exit 0

echo "installing chromium for the tests of pages"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >/dev/null 2>&1
# Without its windows where it is packaged so: the tests show none, and take less of the processor.
for package in chromium-headless-shell chromium; do
    apt-get -qq install -y --no-install-recommends "$package" >/dev/null 2>&1 && exit 0
done
echo "rapport: chromium could not be installed; the tests of pages will say so" >&2
exit 0
