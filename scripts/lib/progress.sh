# shellcheck shell=bash
# Sourced. One line per step with its time; a step's output is shown only when it fails.

# step WHAT COMMAND…: runs the command; while it runs, a sign of life every ten seconds.
step() {
  local what=$1 begin=$SECONDS log pid status=0
  shift
  log=$(mktemp)
  echo "$what …" >&2
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  local waited=0
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    waited=$((waited + 1))
    if ((waited % 50 == 0)); then
      echo "  $((SECONDS - begin)) s  $(tail -n 1 "$log" | tr -d '\r' | cut -c1-100)" >&2
    fi
  done
  wait "$pid" || status=$?
  if ((status != 0)); then
    tail -n 40 "$log" >&2
    echo "error: $what failed; its last lines are above" >&2
    rm -f "$log"
    return "$status"
  fi
  rm -f "$log"
  if ((SECONDS - begin >= 2)); then
    echo "  done in $((SECONDS - begin)) s" >&2
  fi
}
