#!/usr/bin/env bash
# Sourced by what fetches something: a network, a mirror or a registry may fail for a moment. Needs say.sh.

# again COMMAND …: tries it up to three times, some seconds apart.
again() {
  local try
  for try in 1 2 3; do
    "$@" && return 0
    [ "$try" -eq 3 ] || { say "it did not work, trying again: $* …"; sleep $((try * 5)); }
  done
  return 1
}

# install_packages NAME …: installs Debian packages. Fails where they are not to be had or there is no apt-get.
install_packages() {
  command -v apt-get >/dev/null 2>&1 || fail "$* are needed, and apt-get is not here to install them" "Install them by hand, then run this again."
  again install_packages_once "$@" >&2 || fail "$* could not be installed" "Install them by hand (apt-get install), then run this again."
}

# The lists of a fresh machine are empty or old. Where another apt is at work, as after a machine's start, it is waited for.
install_packages_once() {
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get update -qq -o Acquire::Retries=3 &&
    $sudo apt-get install -y -qq --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@" >/dev/null
}
