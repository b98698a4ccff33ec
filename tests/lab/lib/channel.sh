# shellcheck shell=bash
# The conda channels: wheels from PyPI, CPython and Debian's libraries, made into .conda files.

set -euo pipefail

make_wheels() { "$TOOLS/python" -B "$LAB_DIR/channel/download.py" "$OUT"; }

prepare_wheels() {
  local tables="$LAB_DIR/tables"
  part wheels "$(key "$LAB_DIR/channel/download.py" "$tables/packages.txt" "$tables/cpython.txt")" make_wheels
  export WHEELS="$PART"
}

make_channel() {
  "$TOOLS/python" -B "$LAB_DIR/channel/build.py" "$@" --wheels "$WHEELS" --libraries "$LIBRARIES" --out "$OUT"
}

# prepare_channel CPYTHON...: the folders of every prepared CPython.
prepare_channel() {
  local parts=("$WHEELS" "$LIBRARIES" "$@")
  part channel "$(key "$LAB_DIR/channel" "$LAB_DIR/lib/channel.sh" "=${parts[*]##*/}")" make_channel "$@"
  export CHANNEL="$PART"
}
