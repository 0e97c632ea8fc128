#!/usr/bin/env bash
# Installs what the interoperability tests run beside our own code: kcat, Python's and Node's Kafka clients, protoc. Takes nothing that is there.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
modules="$root/examples/javascript/node_modules"
lock="$root/examples/javascript/package-lock.json"

. "$root/eng/say.sh"

missing=()
command -v kcat >/dev/null 2>&1 || missing+=(kcat)
command -v protoc >/dev/null 2>&1 || missing+=(protobuf-compiler)
command -v node >/dev/null 2>&1 || missing+=(nodejs)
/usr/bin/python3 -c 'import confluent_kafka' >/dev/null 2>&1 || missing+=(python3-confluent-kafka)
/usr/bin/python3 -c 'import google.protobuf' >/dev/null 2>&1 || missing+=(python3-protobuf)
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null 2>&1 || fail "${missing[*]}: not installed, and apt-get is not here" "Install them by hand."
  say "installing ${missing[*]} …"
  sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  export DEBIAN_FRONTEND=noninteractive
  { $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } >&2 ||
    fail "${missing[*]} could not be installed" "Install them by hand, then run this again."
fi

cmp -s "$lock" "$modules/.oddswire-lock.json" && exit 0
. "$root/eng/npm.sh"
require_npm "the JavaScript example"
say "installing the packages of examples/javascript …"
npm ci --silent --prefix "$root/examples/javascript" --no-audit --no-fund >&2 ||
  fail "the packages of examples/javascript could not be installed" "Check the network and npm's registry (npm config get registry), then run this again."
cp "$lock" "$modules/.oddswire-lock.json"
