#!/usr/bin/env bash
# Checks the contracts with buf: their style, and that nothing that was released is broken.
#   eng/check-contracts.sh [FOLDER]     FOLDER is contracts/ of this repository unless given
# Exit code 0: all is well; 1: the contracts break a rule, which is named; 3: buf is not here.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/say.sh"
contracts=${1:-$root/contracts}
buf=${ODDSWIRE_BUF:-$root/.deps/buf/buf}

[ -x "$buf" ] || fail "buf is not at '$buf', so the contracts cannot be checked" "Run eng/get-buf.sh, or name a buf with ODDSWIRE_BUF."
status=0
"$buf" lint "$contracts" || status=1

# buf does not take a folder within the module for another version of it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$contracts/released/." "$work/"
compared=0
for release in "$work"/*/; do
  [ -d "$release" ] || continue
  "$buf" breaking "$contracts" --against "$release" || { say "error: this breaks what was released as contracts/released/$(basename "$release")"; status=1; }
  compared=$((compared + 1))
done
[ "$compared" -gt 0 ] || { say "error: '$contracts/released' holds no release to compare with"; exit 1; }
[ "$status" -ne 0 ] || echo "the contracts are well formed and break none of $compared release(s)"
exit $status
