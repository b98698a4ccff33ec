# shellcheck shell=bash
# Shared by the lab's scripts: where things lie, steps with their time, and the cache of parts.
# A part is a folder in the cache named after what it is made of: LAB_HOME/NAME-KEY. It is built
# in a temporary folder and renamed, so that an interrupted run leaves nothing half-made behind.

set -euo pipefail

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE_HOME="${XDG_CACHE_HOME:-$HOME/.cache}/envlift"
LAB_HOME="$CACHE_HOME/lab"
LAB_LOG="$LAB_HOME/log"
LAB_QUIET=${LAB_QUIET:-}
# Before the images' names: the engine's, unlike the cache folder, is shared by every lab of the machine.
LAB_IMAGES=${LAB_IMAGES:-envlift-lab}
export LAB_DIR LAB_HOME

say() { [ -n "$LAB_QUIET" ] || printf 'lab: %s\n' "$*" >&2; }
die() {
  printf 'lab: %s\n' "$*" >&2
  exit 1
}

# The lines of a table without comments and blank lines.
table() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$LAB_DIR/tables/$1.txt"; }

# key FILE|FOLDER|=TEXT...: what a part is made of, as 12 hex digits.
key() {
  local thing
  for thing in "$@"; do
    case "$thing" in
      =*) printf '%s\n' "$thing" ;;
      *) find "$thing" -type f -not -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum | cut -c1-64 ;;
    esac
  done | sha256sum | cut -c1-12
}

# part NAME KEY COMMAND [ARG...]: sets PART to the part's folder; builds it when it is not there,
# by running COMMAND with the folder to fill in OUT. Its talk goes to a log.
part() {
  local name=$1 key=$2 start=$SECONDS log
  shift 2
  PART="$LAB_HOME/$name-$key"
  if [ -d "$PART" ]; then
    # When it was last used, for drop_old_parts.
    touch "$PART"
    return 0
  fi
  log="$LAB_LOG/$name.log"
  mkdir -p "$LAB_LOG"
  OUT="$LAB_HOME/.new-$name-$$"
  mkdir -p "$OUT"
  say "$name: being made (log: $log)"
  # In the background: bash ignores `set -e` in whatever runs as a condition.
  (export OUT && "$@") >"$log" 2>&1 &
  if ! wait $!; then
    tail -n 20 "$log" >&2
    rm -rf "$OUT"
    die "$name: failed after $((SECONDS - start)) s; the whole log: $log"
  fi
  mv -T "$OUT" "$PART"
  say "$name: made in $((SECONDS - start)) s"
}

# Parts that no run asked for in a week.
drop_old_parts() {
  find "$LAB_HOME" -maxdepth 1 -type d -name '*-????????????' -mtime +7 -exec rm -rf {} +
}

# One `up` or `down` at a time; descriptor 9 holds the lock as long as the script runs. What an
# interrupted run left behind goes.
take_lock() {
  mkdir -p "$LAB_HOME"
  exec 9>"$LAB_HOME/lock"
  if ! flock -n 9; then
    say "waiting for another run of the lab's scripts"
    flock 9
  fi
  rm -rf "$LAB_HOME"/.new-* "$LAB_HOME"/.context.*
}
