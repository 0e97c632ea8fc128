#!/usr/bin/env bash
# Fetches chDB, the embedded ClickHouse engine, into .deps/chdb of the repository: once, checked against the
# checksum below. Takes nothing when it is already there.
#   ODDSWIRE_CHDB=/path/to/libchdb.so   uses a library of yours instead, and fetches nothing
set -euo pipefail

PACKAGE='@chdb/lib-linux-x64-gnu'
VERSION=26.5.3
# SHA-512 of the package as npm publishes it (dist.integrity, here in hexadecimal).
SHA512=7cfacb991b79328a2bf721b3e266b36eb3637b8b7b5fd281da64c6917156471441b3688acbcca1ea3c75d71b1ad10af788314c53fc87a9df9b55d6095eedd069
NEEDED_KIB=760000

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target="$root/.deps/chdb"
library="$target/libchdb.so"
stamp="$target/VERSION"

. "$root/eng/say.sh"

if [ -n "${ODDSWIRE_CHDB:-}" ]; then
  [ -r "$ODDSWIRE_CHDB" ] || fail "ODDSWIRE_CHDB names '$ODDSWIRE_CHDB', which cannot be read" "Name an existing libchdb.so, or unset it."
  exit 0
fi

[ -s "$library" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$VERSION $SHA512" ] && exit 0

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] ||
  fail "chDB is fetched for Linux on x86-64, and this is $(uname -s) on $(uname -m)" \
    "Name a library for this machine with ODDSWIRE_CHDB, or start with --no-archive."

mkdir -p "$target" 2>/dev/null || fail "the folder $target cannot be made" "Check the permissions of the repository's folder."
free=$(df -Pk "$target" | awk 'NR == 2 { print $4 }')
[ "$free" -ge "$NEEDED_KIB" ] ||
  fail "only $((free / 1024)) MiB are free in $target; chDB needs $((NEEDED_KIB / 1024)) MiB while it is unpacked" "Make room, then run this again."

work=$(mktemp -d "$target/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
archive="$work/chdb.tgz"

. "$root/eng/network.sh"
. "$root/eng/npm.sh"
require_npm "chDB"

# A tarball's address comes from whatever registry npm is set up for. curl shows the progress; npm itself also knows
# registries that ask for a login.
say "fetching chDB $VERSION (160 MiB) …"
fetched=false
if command -v curl >/dev/null 2>&1 && address=$(npm view "$PACKAGE@$VERSION" dist.tarball 2>"$work/npm.log") && [ -n "$address" ]; then
  progress=--progress-bar
  [ -t 2 ] || progress=--silent
  curl --fail --location --show-error --retry 3 --retry-all-errors --connect-timeout 20 --speed-limit 1000 --speed-time 60 "$progress" --output "$archive" "$address" >&2 && fetched=true
fi
if ! $fetched; then
  # What a stalled download left behind.
  rm -f "$archive"
  fetch_package "$PACKAGE" "$VERSION" "$work"
  mv "$work"/*.tgz "$archive"
fi

printf '%s  %s\n' "$SHA512" "$archive" | sha512sum --check --status ||
  fail "what was fetched is not $PACKAGE $VERSION: its SHA-512 is another" "Run this again; if it stays so, the registry delivers something else, and it must not be used."

say "unpacking …"
tar -xzf "$archive" -C "$work" --strip-components=1 package/libchdb.so ||
  fail "the package could not be unpacked" "Check the free space in $target, then run this again."
chmod 644 "$work/libchdb.so"
mv -f "$work/libchdb.so" "$library"
printf '%s %s\n' "$VERSION" "$SHA512" >"$stamp"
say "chDB $VERSION is in $target"
