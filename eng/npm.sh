#!/usr/bin/env bash
# Sourced by scripts that take something from npm: installs npm where it is missing. Needs say.sh.
require_npm() {
  command -v npm >/dev/null 2>&1 && return 0
  command -v apt-get >/dev/null 2>&1 || fail "npm is not installed, and neither is apt-get to install it" "Install npm (it comes with Node.js), then run this again."
  say "$1 comes from npm; installing npm …"
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  export DEBIAN_FRONTEND=noninteractive
  { $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends npm >/dev/null; } >&2 ||
    fail "npm could not be installed" "Install it by hand (apt-get install npm), then run this again."
}
