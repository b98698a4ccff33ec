# shellcheck shell=bash
# The base images: the root file system, /var/lang with CPython and what the published bases
# carry in it, the runtime's files and the emulator; built by the engine from two tar files.

set -euo pipefail

EMULATOR_WHEEL="aws-sam-cli==1.170.0"

# Wheels for a base's CPython, unpacked as pip installs them.
install_base_packages() {
  local minor=$1 client=$2 target=$3
  "$TOOLS/python" -m pip install --quiet --no-compile --only-binary :all: --target "$target" --implementation cp \
    --python-version "$minor" --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 \
    -r "$LAB_DIR/tables/base.txt" "awslambdaric==$client"
  # pip wrote its scripts for the Python that it ran with.
  rm -rf "${target:?}/bin"
}

# The real emulator, as the SAM command line carries it.
install_emulator() {
  local target=$1 work="$OUT/wheel"
  "$TOOLS/python" -m pip download --quiet --no-deps -d "$work" "$EMULATOR_WHEEL"
  "$TOOLS/python" -m zipfile -e "$work"/*.whl "$work/content"
  install -D -m 0755 "$work/content/samcli/local/rapid/aws-lambda-rie-x86_64" "$target"
  rm -rf "$work"
}

# OUT/lang.tar: /var/lang, /var/runtime, /var/task, /opt, the entry script and the emulator.
make_lang() {
  local minor=$1 client=$2 tree="$OUT/tree"
  mkdir -p "$tree"/{opt,var/runtime,var/task}
  cp -a "$CPYTHON/lang" "$tree/var/lang"
  install -m 0755 "$CPYTHON/shared" "$tree/var/lang/bin/python$minor"
  cp -a "$LIBRARIES/base/." "$tree/var/lang/lib/"
  install_base_packages "$minor" "$client" "$tree/var/lang/lib/python$minor/site-packages"
  install_emulator "$tree/usr/local/bin/aws-lambda-rie"
  install -m 0755 "$LAB_DIR/base/lambda-entrypoint.sh" "$tree/lambda-entrypoint.sh"
  sed "s/@MINOR@/$minor/g" "$LAB_DIR/base/bootstrap.in" >"$tree/var/runtime/bootstrap"
  chmod 0755 "$tree/var/runtime/bootstrap"
  install -m 0644 "$LAB_DIR/base/bootstrap.py" "$tree/var/runtime/bootstrap.py"
  LD_LIBRARY_PATH="$tree/var/lang/lib" "$tree/var/lang/bin/python$minor" -m compileall -q -j "$(nproc)" \
    -s "$tree" "$tree/var/lang/lib"
  tar --owner=0 --group=0 --numeric-owner -cf "$OUT/lang.tar" -C "$tree" .
  rm -rf "$tree"
}

# The key of the image that the engine has under a tag; empty when it has none.
loaded_key() { "$DOCKER" image inspect -f '{{index .Config.Labels "envlift.lab.key"}}' "$1" 2>/dev/null || echo; }

# load_image TAG ROOT-TAR KEY: builds the image, unless the engine has this very one.
load_image() {
  local tag=$1 root=$2 key=$3 context old start=$SECONDS
  [ "$(loaded_key "$tag")" != "$key" ] || return 0
  old=$("$DOCKER" images -q "$tag")
  context=$(mktemp -d "$LAB_HOME/.context.XXXX")
  cp "$LAB_DIR/base/Dockerfile" "$context/"
  ln "$root" "$context/root.tar"
  ln "$LANG_TAR" "$context/lang.tar"
  if ! DOCKER_BUILDKIT=1 "$DOCKER" build --network none --build-arg "LAB_KEY=$key" -t "$tag" "$context" \
    >"$LAB_LOG/image.log" 2>&1; then
    rm -rf "$context"
    tail -n 20 "$LAB_LOG/image.log" >&2
    die "$tag: the engine did not build it"
  fi
  rm -rf "$context"
  [ -z "$old" ] || "$DOCKER" rmi "$old" >/dev/null 2>&1 || say "$tag: the image before it is in use and stays"
  say "$tag: loaded in $((SECONDS - start)) s"
}

# prepare_images MINOR VARIANT CLIENT: both images of one CPython; CPYTHON, LIBRARIES and ROOT_FS are prepared.
prepare_images() {
  local minor=$1 variant=$2 client=$3 key
  local made_of=("$LAB_DIR/lib/image.sh" "$LAB_DIR/base" "$LAB_DIR/tables/base.txt" "=$client")
  key=$(key "${made_of[@]}" "=${CPYTHON##*/}" "=${LIBRARIES##*/}")
  part "lang-$minor" "$key" make_lang "$minor" "$client"
  LANG_TAR="$PART/lang.tar"
  key=$(key "=${ROOT_FS##*/}" "=${PART##*/}" "$LAB_DIR/base/Dockerfile")
  load_image "$LAB_IMAGES/lambda-python:$minor" "$ROOT_FS/$variant.tar" "$key"
  load_image "$LAB_IMAGES/lambda-python-minimal:$minor" "$ROOT_FS/minimal.tar" "$key"
}
