#!/usr/bin/env bash
# Sourced by ./oddswire, ./up and ./test: finds the .NET SDK and builds what is out of date.
. "$(dirname "${BASH_SOURCE[0]}")/say.sh"

require_dotnet() {
  command -v dotnet >/dev/null 2>&1 ||
    fail "the .NET SDK is not installed" "Install .NET SDK 10 (https://dotnet.microsoft.com/download) and see that 'dotnet' is on the PATH."
  local version
  version=$(cd "$ROOT" && dotnet --version 2>/dev/null) ||
    fail "the .NET SDK that is installed is older than global.json asks for" "Install .NET SDK 10; 'dotnet --list-sdks' shows what is there."
  case "$version" in
  1[0-9].*) ;;
  *) fail "the .NET SDK is $version, but 10 is needed" "Install .NET SDK 10." ;;
  esac
}

# A build is needed when the program is missing or a source is newer than it.
is_built() {
  [ -x "$PROGRAM" ] || return 1
  [ -z "$(find "$ROOT"/src "$ROOT"/sim "$ROOT"/contracts "$ROOT"/Directory.*.props "$ROOT"/global.json \
    \( -name bin -o -name obj \) -prune -o -type f -newer "$PROGRAM" -print -quit)" ]
}

build_program() {
  require_dotnet
  is_built && return 0
  "$ROOT/eng/get-librdkafka.sh"
  say "building oddswire (the first build restores packages and takes about a minute) …"
  local started=$SECONDS log
  log=$(mktemp)
  if ! (cd "$ROOT" && dotnet build src/Oddswire.Host/Oddswire.Host.csproj -c Release --nologo -v quiet -nodeReuse:false >"$log" 2>&1); then
    cat "$log" >&2
    rm -f "$log"
    fail "the build failed" "The compiler's messages are above."
  fi
  rm -f "$log"
  touch "$PROGRAM"
  say "built in $((SECONDS - started)) s"
}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PROGRAM="$ROOT/src/Oddswire.Host/bin/Release/net10.0/oddswire"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
