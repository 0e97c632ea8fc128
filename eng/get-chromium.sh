#!/usr/bin/env bash
# Installs Chromium for the tests of the web board, where it is missing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/say.sh"
. "$(dirname "${BASH_SOURCE[0]}")/network.sh"
for program in chromium chromium-browser google-chrome; do
  command -v "$program" >/dev/null 2>&1 && exit 0
done
say "installing chromium for the tests of the web board …"
install_packages chromium fonts-dejavu-core
say "chromium is installed"
