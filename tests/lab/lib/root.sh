# shellcheck shell=bash
# A base's file system: a Debian root, and the same without the tools that the newer
# published bases lack.

set -euo pipefail

# What the minimal variant has not: archive tools, find and awk, and Debian's package tools.
ROOT_LEFT_OUT="bin/tar bin/gzip bin/gunzip bin/zcat bin/uncompress usr/bin/find usr/bin/xargs
  usr/bin/awk usr/bin/mawk usr/bin/nawk etc/alternatives/awk usr/bin/apt* usr/bin/dpkg* usr/sbin/dpkg*
  usr/lib/apt var/lib/apt var/lib/dpkg etc/apt"

make_root() {
  local suite=$1 tree="$OUT/tree"
  mmdebstrap --quiet --variant=minbase --include=ca-certificates "$suite" "$OUT/full.tar"
  mkdir "$tree"
  # Device nodes are the engine's to make.
  tar -xf "$OUT/full.tar" -C "$tree" --exclude='./dev/*'
  (cd "$tree" && eval "rm -rf $(tr -s '\n ' ' ' <<<"$ROOT_LEFT_OUT")")
  install -m 0755 "$LAB_DIR/base/dnf" "$tree/usr/bin/dnf"
  tar -cf "$OUT/minimal.tar" -C "$tree" .
  rm -rf "$tree"
}

# Sets ROOT_FS to the folder of a Debian release's root.
prepare_root() {
  part "root-$1" "$(key "$LAB_DIR/lib/root.sh" "$LAB_DIR/base/dnf" "=$1")" make_root "$1"
  export ROOT_FS="$PART"
}
