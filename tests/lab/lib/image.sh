# shellcheck shell=bash
# The base images: the root file system, /var/lang with CPython and what the published bases
# carry in it, the runtime's files and the emulator; built by the engine from two tar files.
# Those without a language have the entry script and the emulator alone over the root.

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

# What every base has: /var/runtime, /var/task, /opt, the entry script and the emulator.
make_common() {
  local tree=$1
  mkdir -p "$tree"/{opt,var/runtime,var/task}
  install_emulator "$tree/usr/local/bin/aws-lambda-rie"
  install -m 0755 "$LAB_DIR/base/lambda-entrypoint.sh" "$tree/lambda-entrypoint.sh"
}

# OUT/common.tar: what a base without a language has over its root.
make_os() {
  make_common "$OUT/tree"
  tar --owner=0 --group=0 --numeric-owner -cf "$OUT/common.tar" -C "$OUT/tree" .
  rm -rf "$OUT/tree"
}

# OUT/lang.tar: the same with /var/lang and the runtime.
make_lang() {
  local minor=$1 client=$2 tree="$OUT/tree"
  make_common "$tree"
  cp -a "$CPYTHON/lang" "$tree/var/lang"
  install -m 0755 "$CPYTHON/shared" "$tree/var/lang/bin/python$minor"
  cp -a "$LIBRARIES/base/." "$tree/var/lang/lib/"
  install_base_packages "$minor" "$client" "$tree/var/lang/lib/python$minor/site-packages"
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

# load_image TAG KEY DOCKERFILE ROOT-TAR TAR: builds the image, unless the engine has this very one.
load_image() {
  local tag=$1 key=$2 dockerfile=$3 root=$4 over=$5 context old start=$SECONDS
  [ "$(loaded_key "$tag")" != "$key" ] || return 0
  old=$("$DOCKER" images -q "$tag")
  context=$(mktemp -d "$LAB_HOME/.context.XXXX")
  cp "$dockerfile" "$context/Dockerfile"
  ln "$root" "$context/root.tar"
  ln "$over" "$context/${over##*/}"
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
  local dockerfile="$LAB_DIR/base/Dockerfile" lang="$PART/lang.tar"
  key=$(key "=${ROOT_FS##*/}" "=${PART##*/}" "$dockerfile")
  load_image "$LAB_IMAGES/lambda-python:$minor" "$key" "$dockerfile" "$ROOT_FS/$variant.tar" "$lang"
  load_image "$LAB_IMAGES/lambda-python-minimal:$minor" "$key" "$dockerfile" "$ROOT_FS/minimal.tar" "$lang"
}

# prepare_os_image NAME VARIANT: the image without a language of one generation; ROOT_FS is prepared.
prepare_os_image() {
  local name=$1 variant=$2 key dockerfile="$LAB_DIR/base/os.Dockerfile"
  part os "$(key "$LAB_DIR/lib/image.sh" "$LAB_DIR/base/lambda-entrypoint.sh")" make_os
  key=$(key "=${ROOT_FS##*/}" "=${PART##*/}" "$dockerfile")
  load_image "$LAB_IMAGES/lambda-provided:$name" "$key" "$dockerfile" "$ROOT_FS/$variant.tar" "$PART/common.tar"
}
