#!/usr/bin/env bash
# Installs Chromium for the tests of the web board, where it is missing.
set -euo pipefail
for program in chromium chromium-browser google-chrome; do
  command -v "$program" >/dev/null 2>&1 && exit 0
done
echo "installing chromium for the tests of the web board …"
if ! command -v apt-get >/dev/null 2>&1; then
  echo "error: chromium is missing and apt-get is not here; install chromium by hand" >&2
  exit 3
fi
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
echo "chromium is installed"
