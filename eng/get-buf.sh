#!/usr/bin/env bash
# Fetches buf, which checks the contracts, into .deps/buf of the repository: once, checked against the checksum below.
#   ODDSWIRE_BUF=/path/to/buf   uses a program of yours instead, and fetches nothing
set -euo pipefail

PACKAGE='@bufbuild/buf-linux-x64'
VERSION=1.75.0
# SHA-512 of the package as npm publishes it (dist.integrity, here in hexadecimal).
SHA512=606189031d25a4c084eda3168cd38971fa04686fdefa26079d30b8499d0fe5e4b821f7ccaf203d678fdb6f59b5c0d5c0109f004c530464e024ff9c7d544e3b8a

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target="$root/.deps/buf"
stamp="$target/VERSION"

. "$root/eng/say.sh"

if [ -n "${ODDSWIRE_BUF:-}" ]; then
  [ -x "$ODDSWIRE_BUF" ] || fail "ODDSWIRE_BUF names '$ODDSWIRE_BUF', which is no program" "Name an existing buf, or unset it."
  exit 0
fi

[ -x "$target/buf" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$VERSION $SHA512" ] && exit 0

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] ||
  fail "buf is fetched for Linux on x86-64, and this is $(uname -s) on $(uname -m)" "Name a buf for this machine with ODDSWIRE_BUF."
. "$root/eng/network.sh"
. "$root/eng/npm.sh"
require_npm buf
mkdir -p "$target" 2>/dev/null || fail "the folder $target cannot be made" "Check the permissions of the repository's folder."

work=$(mktemp -d "$target/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
say "fetching buf $VERSION (35 MiB) …"
fetch_package "$PACKAGE" "$VERSION" "$work"
printf '%s  %s\n' "$SHA512" "$(echo "$work"/*.tgz)" | sha512sum --check --status ||
  fail "what was fetched is not $PACKAGE $VERSION: its SHA-512 is another" "Run this again; if it stays so, the registry delivers something else, and it must not be used."
tar -xzf "$work"/*.tgz -C "$work" --strip-components=2 package/bin/buf || fail "the package could not be unpacked" "Check the free space in $target, then run this again."
chmod 755 "$work/buf"
mv -f "$work/buf" "$target/buf"
printf '%s %s\n' "$VERSION" "$SHA512" >"$stamp"
say "buf $VERSION is in $target"
