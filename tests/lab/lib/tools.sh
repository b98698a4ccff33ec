# shellcheck shell=bash
# What the lab needs of the host: programs, a Python with the lab's tools, and Debian packages
# fetched with a private apt configuration, so that the host's own sources stay as they are.

set -euo pipefail

HOST_PROGRAMS="apt-get dpkg-deb dpkg-source mmdebstrap gcc make flock setsid curl busybox"

check_host() {
  local program missing=""
  for program in $HOST_PROGRAMS; do
    type -P "$program" >/dev/null || missing+=" $program"
  done
  [ -z "$missing" ] || die "missing on this machine:$missing (scripts/install-deps installs them)"
}

# Debian's Python, not whichever a version manager put first on PATH.
host_python() {
  if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else type -P python3; fi
}

make_tools() {
  "$(host_python)" -m venv "$OUT/venv"
  "$OUT/venv/bin/python" -m pip install --quiet --only-binary :all: -r "$LAB_DIR/tables/tools.txt"
}

# Sets TOOLS to the bin folder of the lab's own virtual environment. It is only called through
# its python: the scripts in it name the folder that it was made in.
prepare_tools() {
  part tools "$(key "$LAB_DIR/tables/tools.txt" "=$(host_python)")" make_tools
  TOOLS="$PART/venv/bin"
  export TOOLS
}

# The address of the Debian archive that this machine's apt uses.
debian_archive() {
  apt-get indextargets --format "\$(RELEASE) \$(REPO_URI)" 'Created-By: Packages' |
    awk '$1 !~ /security|updates|backports/ && $2 ~ /\/debian\/$/ && !found {print $2; found = 1}'
}

# apt_suite SUITE: sets APT_CONFIG to a private apt configuration for a Debian release and reads
# its lists. SUITE "host" means this machine's own sources, security updates included.
apt_suite() {
  local suite=$1 home uri options
  home=$(mktemp -d "$OUT/apt.XXXX")
  mkdir -p "$home/lists/partial" "$home/archives/partial" "$home/parts"
  # An empty status file: what is installed here has no say in what is fetched.
  cat >"$home/apt.conf" <<CONF
APT::Sandbox::User "root";
Dir::State::lists "$home/lists";
Dir::State::status "/dev/null";
Dir::Cache::archives "$home/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
CONF
  if [ "$suite" != host ]; then
    uri=$(debian_archive)
    [ -n "$uri" ] || die "this machine's apt has no Debian archive"
    options="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    printf '%s\n' "deb $options $uri $suite main" "deb-src $options $uri $suite main" >"$home/parts/lab.list"
    printf 'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "%s";\n' "$home/parts" >>"$home/apt.conf"
  fi
  export APT_CONFIG="$home/apt.conf"
  apt-get -q update
}

# fetch_deb PACKAGE: unpacks a Debian package into ./PACKAGE and writes ./PACKAGE.version;
# from the release that apt_suite chose last.
fetch_deb() {
  local package=$1 deb
  apt-get -q download "$package"
  deb=$(find . -maxdepth 1 -name "${package}_*.deb")
  dpkg-deb -x "$deb" "$package"
  dpkg-deb -f "$deb" Version >"$package.version"
  rm "$deb"
}
