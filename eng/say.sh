#!/usr/bin/env bash
# Sourced by the scripts here: how they talk. All of it goes to standard error, so that a command's output stays clean.

say() { printf '%s\n' "$*" >&2; }

# fail WHAT [REMEDY]: the environment is not right, exit code 3.
fail() {
  say "error: $1"
  [ $# -lt 2 ] || say "  $2"
  exit 3
}
