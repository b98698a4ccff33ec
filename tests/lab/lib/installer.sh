# shellcheck shell=bash
# The Miniconda installer stand-in: a shell script with its own unpacker and payload behind it,
# as the published one. The payload is a Python of its own with a conda that solves for real.

set -euo pipefail

# The folder that becomes the installer's prefix, without its bin/conda, which names the prefix.
make_payload() {
  local minor=$1 tree=$2 site folder
  cp -a "$CPYTHON/lang" "$tree"
  install -m 0755 "$CPYTHON/static" "$tree/bin/python$minor"
  rm -rf "$tree"/bin/{pydoc,python*-config}* "$tree/include" "$tree"/lib/libpython*
  for folder in "$LIBRARIES"/env/*/lib; do cp -a "$folder/." "$tree/lib/"; done
  site="$tree/lib/python$minor/site-packages"
  "$TOOLS/python" -m pip install --quiet --no-compile --only-binary :all: --target "$site" --implementation cp \
    --python-version "$minor" --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 \
    -r "$LAB_DIR/tables/installer.txt"
  rm -rf "${site:?}/bin"
  cp -a "$LAB_DIR/installer/conda_standin" "$site/"
  find "$tree" -name __pycache__ -prune -exec rm -rf {} +
}

# OUT/installer.sh and OUT/sha256
make_installer() {
  local minor=$1 tree="$OUT/tree" busybox payload="$OUT/payload.tar.gz"
  make_payload "$minor" "$tree"
  tar --owner=0 --group=0 --numeric-owner --sort=name --mtime=@1704067200 -C "$tree" -c . | gzip -n -3 >"$payload"
  busybox=$(type -P busybox)
  sed -e "s/@UNPACKER_BYTES@/$(stat -Lc %s "$busybox")/" -e "s/@PAYLOAD_BYTES@/$(stat -c %s "$payload")/" \
    "$LAB_DIR/installer/header.sh" >"$OUT/header"
  cat "$OUT/header" "$busybox" "$payload" >"$OUT/installer.sh"
  sha256sum "$OUT/installer.sh" | cut -c1-64 >"$OUT/sha256"
  rm -rf "$tree" "$payload" "$OUT/header"
}

# prepare_installer MINOR: with the CPython and the LIBRARIES prepared before.
prepare_installer() {
  local made_of=("$LAB_DIR/installer" "$LAB_DIR/lib/installer.sh" "$LAB_DIR/tables/installer.txt")
  part installer "$(key "${made_of[@]}" "=${CPYTHON##*/}" "=${LIBRARIES##*/}")" make_installer "$1"
  export INSTALLER="$PART"
}
