# shellcheck shell=bash
# The conda channels: wheels from PyPI, CPython and Debian's libraries, made into .conda files.

set -euo pipefail

make_wheels() { "$TOOLS/python" "$LAB_DIR/channel/download.py" "$OUT"; }

prepare_wheels() {
  part wheels "$(key "$LAB_DIR/channel/download.py" "$LAB_DIR/tables/packages.txt" "$LAB_DIR/tables/cpython.txt")" make_wheels
  export WHEELS="$PART"
}

make_channel() {
  "$TOOLS/python" "$LAB_DIR/channel/build.py" "$@" --wheels "$WHEELS" --libraries "$LIBRARIES" --out "$OUT"
}

# prepare_channel CPYTHON...: CPYTHON, WHEELS and LIBRARIES are folders of prepared parts.
prepare_channel() {
  part channel "$(key "$LAB_DIR/channel" "$LAB_DIR/lib/channel.sh" "=${WHEELS:?}" "=${LIBRARIES:?}" "=$*")" make_channel "$@"
  export CHANNEL="$PART"
}
