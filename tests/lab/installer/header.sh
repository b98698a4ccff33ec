#!/bin/sh
# Installs a conda into a folder of its own: sh installer.sh -b -p PREFIX
#
# Behind this text lie a static unpacker and a compressed tar: a machine without tar and gzip can
# install.

UNPACKER_BYTES=@UNPACKER_BYTES@
PAYLOAD_BYTES=@PAYLOAD_BYTES@
PREFIX="${HOME:-/opt}/miniconda3"
BATCH=0
FORCE=0
UPDATE=0
MIN_GLIBC=2.28

usage() {
  printf 'usage: %s [options]\n\n' "$0"
  echo "-b           run install in batch mode"
  echo "-f           no error if install prefix already exists"
  echo "-h           print this help message and exit"
  echo "-p PREFIX    install prefix, defaults to $PREFIX"
  echo "-u           update an existing installation"
}

# glibc's own word; the published installer reads the last field of this line, too.
system_glibc() {
  first=$(ldd --version 2>/dev/null | head -n 1)
  [ -n "$first" ] || first=$(getconf GNU_LIBC_VERSION 2>/dev/null)
  printf '%s\n' "${first##* }"
}

# older A B: is version A before version B? Both are MAJOR.MINOR.
older() {
  [ "${1%%.*}" -lt "${2%%.*}" ] || { [ "${1%%.*}" -eq "${2%%.*}" ] && [ "${1#*.}" -lt "${2#*.}" ]; }
}

while getopts "bfhp:u" option; do
  case "$option" in
    b) BATCH=1 ;;
    f) FORCE=1 ;;
    h) usage; exit 2 ;;
    p) PREFIX=$OPTARG ;;
    u) FORCE=1; UPDATE=1 ;;
    ?) printf "ERROR: did not recognize option '%s', please try -h\n" "$option" >&2; exit 1 ;;
  esac
done

glibc=$(system_glibc)
case "$glibc" in
  [0-9]*.[0-9]*) ;;
  *) echo "Installer requires GLIBC >=$MIN_GLIBC, but system has none." >&2; exit 1 ;;
esac
if older "$glibc" "$MIN_GLIBC"; then
  echo "Installer requires GLIBC >=$MIN_GLIBC, but system has $glibc." >&2
  exit 1
fi
if [ "$BATCH" = 0 ]; then
  echo "ERROR: this installer runs in batch mode only: -b" >&2
  exit 1
fi
case "$PREFIX" in
  *\ *) printf "ERROR: Cannot install into directories with spaces\n" >&2; exit 1 ;;
esac
if [ "$FORCE" = 0 ] && [ -e "$PREFIX" ]; then
  printf "ERROR: File or directory already exists: '%s'\n" "$PREFIX" >&2
  echo "If you want to update an existing installation, use the -u option." >&2
  exit 1
fi
if ! mkdir -p "$PREFIX"; then
  printf "ERROR: Could not create directory: '%s'\n" "$PREFIX" >&2
  exit 1
fi
PREFIX=$(cd "$PREFIX" && pwd)
printf 'PREFIX=%s\n' "$PREFIX"

unpacker="$PREFIX/busybox"
echo "Unpacking payload ..."
tail -c "$((UNPACKER_BYTES + PAYLOAD_BYTES))" "$0" | head -c "$UNPACKER_BYTES" >"$unpacker"
if ! chmod 0755 "$unpacker"; then
  echo "ERROR: could not extract the unpacker" >&2
  exit 1
fi
if ! tail -c "$PAYLOAD_BYTES" "$0" | "$unpacker" tar -xz -C "$PREFIX" -f -; then
  echo "ERROR: could not extract the payload" >&2
  exit 1
fi
rm -f "$unpacker"

mkdir -p "$PREFIX/conda-meta" "$PREFIX/condabin" "$PREFIX/pkgs" "$PREFIX/envs"
: >>"$PREFIX/conda-meta/history"
# -E: PYTHONPATH is not for the installer's own Python.
printf '#!%s/bin/python -E\nfrom conda_standin.cli import main\n\nmain()\n' "$PREFIX" >"$PREFIX/bin/conda"
chmod 0755 "$PREFIX/bin/conda"
ln -sf ../bin/conda "$PREFIX/condabin/conda"
[ "$UPDATE" = 0 ] || echo "updated an existing installation"
echo "installation finished."
exit 0
