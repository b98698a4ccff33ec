# shellcheck shell=bash
# CPython, compiled once per version from Debian's source package and used three times: as the
# base image's /var/lang, as the conda package `python` and in the installer stand-in. It finds
# its home from where its executable lies, so one build serves every prefix.

set -euo pipefail

# Modules that need libraries the lab does not carry; the published bases and conda's Python are
# asked for none of them by this project.
CPYTHON_LEFT_OUT="_tkinter _dbm _gdbm nis _curses _curses_panel readline ossaudiodev _crypt"

fetch_cpython_source() {
  local minor=$1 version=$2 suite=$3
  apt_suite "$suite"
  # Debian's own patches are left out: they move site-packages to dist-packages.
  apt-get -q source --download-only "python$minor"
  tar -xf "python${minor}_$version.orig.tar."[gx]z
}

# Static first, as conda's python is; the same objects then give the shared library and the small
# executable of the base, which cannot start without LD_LIBRARY_PATH=/var/lang/lib.
compile_cpython() {
  local minor=$1
  {
    echo "*disabled*"
    tr ' ' '\n' <<<"$CPYTHON_LEFT_OUT"
  } >>Modules/Setup.local
  # -g0: no debug information. -fPIC: the same objects go into the shared library. Without
  # serialize, which the base's older libsqlite3 does not have.
  ac_cv_lib_sqlite3_sqlite3_serialize=no ./configure -q --prefix=/var/lang --with-ensurepip=no \
    --disable-test-modules CFLAGS="-O2 -fPIC -g0"
  make -s "-j$(nproc)"
  # make goes on without a module whose headers are missing.
  ./python -c 'import _bz2, _ctypes, _hashlib, _lzma, _sqlite3, _ssl, _uuid, zlib'
  make -s install DESTDIR="$PWD/install"
  gcc -shared -Wl,-soname,"libpython$minor.so.1.0" -o "libpython$minor.so.1.0" \
    -Wl,--whole-archive "libpython$minor.a" -Wl,--no-whole-archive -lpthread -ldl -lutil -lm
  ln -s "libpython$minor.so.1.0" "libpython$minor.so"
  gcc -o python-shared Programs/python.o -L. "-lpython$minor"
}

# OUT/lang: the tree without an executable that differs between base and conda;
# OUT/static and OUT/shared: the two executables.
make_cpython() {
  local minor=$1 version=$2 suite=$3 work lang
  work=$(mktemp -d "$OUT/work.XXXX")
  cd "$work"
  fetch_cpython_source "$minor" "$version" "$suite"
  cd Python-*/
  compile_cpython "$minor"
  lang=install/var/lang
  mv "$lang/bin/python$minor" "$OUT/static"
  mv python-shared "$OUT/shared"
  cp -a "libpython$minor.so"* "$lang/lib/"
  rm -rf "$lang/lib/libpython$minor.a" "$lang/lib/python$minor"/config-*/libpython*.a \
    "$lang/lib/python$minor"/{test,*/test,*/tests,idlelib,turtledemo,tkinter,ensurepip} "$lang"/bin/{idle,2to3}*
  find "$lang" -name __pycache__ -prune -exec rm -rf {} +
  strip --strip-unneeded "$OUT/static" "$OUT/shared" "$lang/lib/libpython$minor.so.1.0" \
    "$lang/lib/python$minor"/lib-dynload/*.so
  ln -sf "python$minor" "$lang/bin/python3"
  ln -sf python3 "$lang/bin/python"
  find "$lang/lib/python$minor/lib-dynload" -name '*.so' -exec "$TOOLS/patchelf" --set-rpath "\$ORIGIN/../.." {} +
  "$TOOLS/patchelf" --set-rpath "\$ORIGIN/../lib" "$OUT/static"
  mv "$lang" "$OUT/lang"
  cd "$OUT"
  rm -rf "$work" apt.*
}

# Sets CPYTHON to the folder of a built version.
prepare_cpython() {
  part "cpython-$1" "$(key "$LAB_DIR/lib/cpython.sh" "=$*")" make_cpython "$@"
  export CPYTHON="$PART"
}
