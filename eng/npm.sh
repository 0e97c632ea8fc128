#!/usr/bin/env bash
# Sourced by scripts that take something from npm: installs npm where it is missing. Needs say.sh and network.sh.
require_npm() {
  command -v npm >/dev/null 2>&1 && return 0
  say "$1 comes from npm; installing npm …"
  install_packages npm
}

# fetch_package NAME VERSION FOLDER: the package as it is published, a .tgz in a folder.
fetch_package() {
  again fetch_package_once "$@" && return 0
  tail -n 3 "$3/npm.log" >&2
  fail "$1 $2 could not be fetched" "Check the network, a proxy (HTTPS_PROXY) and npm's registry (npm config get registry), then run this again."
}

fetch_package_once() {
  (cd "$3" && npm pack --silent "$1@$2" >/dev/null 2>npm.log)
}
