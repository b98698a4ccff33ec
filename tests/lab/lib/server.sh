# shellcheck shell=bash
# The loopback server of the channels and the installer, and the settings file that names it.

set -euo pipefail

SERVER_PORT=18080
SERVER_ROOT="$LAB_HOME/www"
SERVER_STATE="$LAB_HOME/server.state"
INSTALLER_NAME=Miniconda3-lab-Linux-x86_64.sh

# Sets SERVER_PID and SERVER_URL from the recorded server; 1 when it does not answer as ours.
server_answers() {
  local port
  read -r SERVER_PID port 2>/dev/null <"$SERVER_STATE" || return 1
  SERVER_URL="http://127.0.0.1:$port"
  [ "$(curl --silent --noproxy '*' --max-time 5 "$SERVER_URL/envlift-lab" || true)" = "$SERVER_ROOT" ]
}

# The served folder holds links to the parts in use: a server that runs serves new ones at once.
link_parts() {
  mkdir -p "$SERVER_ROOT/miniconda"
  ln -sfn "$CHANNEL/conda-forge" "$SERVER_ROOT/conda-forge"
  ln -sfn "$CHANNEL/pkgs" "$SERVER_ROOT/pkgs"
  ln -sfn "$INSTALLER/installer.sh" "$SERVER_ROOT/miniconda/$INSTALLER_NAME"
}

serve() {
  local i
  link_parts
  server_answers && return 0
  rm -f "$SERVER_STATE"
  # Without descriptor 9: the server outlives this script, and its lock must not.
  setsid "$TOOLS/python" "$LAB_DIR/server.py" "$SERVER_ROOT" "$SERVER_PORT" "$SERVER_STATE" \
    </dev/null >"$LAB_LOG/server.log" 2>&1 9>&- &
  for ((i = 0; i < 100; i++)); do
    if [ -s "$SERVER_STATE" ] && server_answers; then
      say "channels served at $SERVER_URL"
      return 0
    fi
    sleep 0.1
  done
  tail -n 5 "$LAB_LOG/server.log" >&2
  die "the channel server does not answer"
}

stop_server() {
  if server_answers; then
    kill "$SERVER_PID"
    say "stopped the channel server"
  fi
  rm -f "$SERVER_STATE"
}

# The bundle with which this machine, and so a container on it, reaches PyPI.
ca_bundle() { printf '%s\n' "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}"; }

# Writes the settings file and prints its path.
write_settings() {
  local file="$LAB_HOME/settings.yaml"
  cat >"$file.new" <<SETTINGS
# Written by tests/lab/up: envlift uses the lab's stand-ins with ENVLIFT_CONFIG=<this file>.
base: "$LAB_IMAGES/lambda-python:{python}"
os_base: "$LAB_IMAGES/lambda-provided:{os}"
installer:
  kind: miniconda
  url: $SERVER_URL/miniconda/$INSTALLER_NAME
  sha256: $(cat "$INSTALLER/sha256")
channel_alias: $SERVER_URL
default_channels:
  - $SERVER_URL/pkgs/main
ca_bundle: $(ca_bundle)
build_network: host
SETTINGS
  mv "$file.new" "$file"
  printf '%s\n' "$file"
}
