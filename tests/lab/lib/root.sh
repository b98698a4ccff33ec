# shellcheck shell=bash
# The base's file system: a Debian root, and the same without the tools that the newer
# published bases lack.

set -euo pipefail

ROOT_SUITE=bookworm
# What the minimal variant has not: archive tools, find and awk, and Debian's package tools.
ROOT_LEFT_OUT="bin/tar bin/gzip bin/gunzip bin/zcat bin/uncompress usr/bin/find usr/bin/xargs
  usr/bin/awk usr/bin/mawk usr/bin/nawk etc/alternatives/awk usr/bin/apt* usr/bin/dpkg* usr/sbin/dpkg*
  usr/lib/apt var/lib/apt var/lib/dpkg etc/apt"

make_root() {
  local tree="$OUT/tree"
  mmdebstrap --quiet --variant=minbase --include=ca-certificates "$ROOT_SUITE" "$OUT/full.tar"
  mkdir "$tree"
  # Device nodes are the engine's to make.
  tar -xf "$OUT/full.tar" -C "$tree" --exclude='./dev/*'
  (cd "$tree" && eval "rm -rf $(tr -s '\n ' ' ' <<<"$ROOT_LEFT_OUT")")
  install -m 0755 "$LAB_DIR/base/dnf" "$tree/usr/bin/dnf"
  tar -cf "$OUT/minimal.tar" -C "$tree" .
  rm -rf "$tree"
}

prepare_root() {
  part root "$(key "$LAB_DIR/lib/root.sh" "$LAB_DIR/base/dnf")" make_root
  export ROOT_FS="$PART"
}
