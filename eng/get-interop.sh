#!/usr/bin/env bash
# Installs what the interoperability tests run beside our own code: kcat, Python's and Node's Kafka clients, protoc. Takes nothing that is there.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
modules="$root/examples/javascript/node_modules"
lock="$root/examples/javascript/package-lock.json"

. "$root/eng/say.sh"
. "$root/eng/network.sh"

missing=()
command -v kcat >/dev/null 2>&1 || missing+=(kcat)
command -v protoc >/dev/null 2>&1 || missing+=(protobuf-compiler)
command -v node >/dev/null 2>&1 || missing+=(nodejs)
/usr/bin/python3 -c 'import confluent_kafka' >/dev/null 2>&1 || missing+=(python3-confluent-kafka)
/usr/bin/python3 -c 'import google.protobuf' >/dev/null 2>&1 || missing+=(python3-protobuf)
if [ ${#missing[@]} -gt 0 ]; then
  say "installing ${missing[*]} …"
  install_packages "${missing[@]}"
fi

cmp -s "$lock" "$modules/.oddswire-lock.json" && exit 0
. "$root/eng/npm.sh"
require_npm "the JavaScript example"
say "installing the packages of examples/javascript …"
again npm ci --silent --prefix "$root/examples/javascript" --no-audit --no-fund >&2 ||
  fail "the packages of examples/javascript could not be installed" "Check the network and npm's registry (npm config get registry), then run this again."
cp "$lock" "$modules/.oddswire-lock.json"
