# shellcheck shell=bash
# Shared libraries out of Debian packages: new ones for the conda packages, older ones for the
# base's /var/lang/lib.

set -euo pipefail

# Copies FILES of an unpacked Debian package into a folder, links as links.
copy_libraries() {
  local tree=$1 target=$2 pattern
  shift 2
  mkdir -p "$target"
  for pattern in "$@"; do
    find "$tree" -path '*/x86_64-linux-gnu/*' -name "$pattern" -exec cp -a {} "$target/" \;
  done
}

# OUT/env/NAME/{lib/...,version} for the conda packages and OUT/base/ for the image. The rows of
# one release are taken together: reading a release's lists takes seconds.
make_libraries() {
  local suite
  while read -r suite; do
    mkdir "$OUT/$suite"
    cd "$OUT/$suite"
    apt_suite "$suite"
    table libraries | while read -r kind name package files; do
      case "$suite/$kind/$name" in
        host/env/*) take_library "$package" "$OUT/env/$name/lib" "$files" ;;
        "$suite/base/$suite") take_library "$package" "$OUT/base" "$files" ;;
      esac
    done
    rm -rf "${OUT:?}/$suite"
  done < <(table libraries | awk '{print $1 == "env" ? "host" : $2}' | sort -u)
  rm -rf "$OUT"/apt.*
}

# take_library PACKAGE TARGET "PATTERN...": fetches a Debian package, keeps its shared libraries.
take_library() {
  local package=$1 target=$2 patterns
  read -ra patterns <<<"$3"
  fetch_deb "$package"
  copy_libraries "$package" "$target" "${patterns[@]}"
  cp "$package.version" "$target/../$package.version"
}

prepare_libraries() {
  local made_of=("$LAB_DIR/lib/libraries.sh" "$LAB_DIR/lib/tools.sh" "$LAB_DIR/tables/libraries.txt")
  part libraries "$(key "${made_of[@]}")" make_libraries
  export LIBRARIES="$PART"
}
