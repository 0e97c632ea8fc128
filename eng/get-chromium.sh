#!/usr/bin/env bash
# Installs Chromium for the tests of the web board, where it is missing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/say.sh"
for program in chromium chromium-browser google-chrome; do
  command -v "$program" >/dev/null 2>&1 && exit 0
done
say "installing chromium for the tests of the web board …"
command -v apt-get >/dev/null 2>&1 || fail "chromium is not installed, and neither is apt-get to install it" "Install chromium by hand, then run this again."
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
say "chromium is installed"
