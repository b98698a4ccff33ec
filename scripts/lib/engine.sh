# shellcheck shell=bash
# The container engine for scripts and tests; to be sourced. It finds a docker client that can
# do BuildKit builds and starts a daemon where none runs.
#
#   docker=$(find_docker)    path of a usable client; 1 and a reason on stderr when there is none
#   ensure_engine            0 when a daemon answers, started here if need be; 1 with its log's tail
#   stop_engine              stops the daemon that ensure_engine started, and no other

ENGINE_HOME="${XDG_CACHE_HOME:-$HOME/.cache}/envlift"
ENGINE_PID="$ENGINE_HOME/dockerd.pid"
ENGINE_LOG="$ENGINE_HOME/dockerd.log"

engine_say() { printf 'engine: %s\n' "$*" >&2; }

# Every docker client on PATH, in order, each once. A folder that is a link to another one in
# PATH (/bin to /usr/bin) shows the same client twice.
docker_clients() {
  local client seen=" " real
  while IFS= read -r client; do
    real=$(readlink -f "$client")
    case "$seen" in *" $real "*) continue ;; esac
    seen+="$real "
    printf '%s\n' "$client"
  done < <(type -aP docker)
}

# Can this client do BuildKit builds? With buildx always; without it only before version 23,
# which made buildx a separate plug-in. Where a daemon answers, a one-file build says for sure.
client_builds() {
  local client=$1 version
  if ! "$client" buildx version >/dev/null 2>&1; then
    version=$("$client" version --format '{{.Client.Version}}' 2>/dev/null || true)
    case "${version%%.*}" in '' | *[!0-9]*) return 1 ;; esac
    [ "${version%%.*}" -lt 23 ] || return 1
  fi
  ! engine_answers "$client" || probe_build "$client"
}

# A build of one file from nothing, thrown away at once.
probe_build() {
  local client=$1 context status=0
  context=$(mktemp -d)
  printf 'FROM scratch\nCOPY probe /\n' >"$context/Dockerfile"
  printf 'probe\n' >"$context/probe"
  DOCKER_BUILDKIT=1 "$client" build -q -t envlift-probe:engine "$context" >/dev/null 2>&1 || status=1
  [ "$status" -ne 0 ] || "$client" rmi -f envlift-probe:engine >/dev/null 2>&1 || status=1
  rm -rf "$context"
  return "$status"
}

find_docker() {
  local client
  while IFS= read -r client; do
    if client_builds "$client"; then
      printf '%s\n' "$client"
      return 0
    fi
  done < <(docker_clients)
  engine_say "no docker client on PATH can do BuildKit builds; install docker.io or the buildx plug-in"
  return 1
}

engine_answers() { "$1" info >/dev/null 2>&1; }

# Any client can ask whether a daemon answers, also one that cannot build.
first_docker() {
  local client
  client=$(docker_clients | sed -n 1p)
  [ -n "$client" ] && printf '%s\n' "$client"
}

# Is the process of our pid file still the daemon? Pids are used again after a restart.
engine_is_ours() {
  local pid
  pid=$(cat "$ENGINE_PID" 2>/dev/null) || return 1
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]
}

# start_dockerd [OPTION...]: starts the daemon, waits until it answers; 1 when it died or hangs.
# Descriptors above 2 are closed for it: it outlives the script, whose locks must not.
start_dockerd() {
  local docker=$1 i
  shift
  (
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      [ "$fd" -le 2 ] || eval "exec $fd>&-"
    done
    exec setsid dockerd --data-root "$ENGINE_HOME/docker" "$@" </dev/null >>"$ENGINE_LOG" 2>&1
  ) &
  printf '%s\n' "$!" >"$ENGINE_PID"
  for ((i = 0; i < 300; i++)); do
    engine_answers "$docker" && return 0
    kill -0 "$(cat "$ENGINE_PID")" 2>/dev/null || return 1
    sleep 0.1
  done
  stop_engine
  return 1
}

# The options are tried from the best to the poorest: a machine without the overlay file system
# or without netfilter runs containers all the same, more slowly or only with loopback ports.
ensure_engine() {
  local docker options
  if ! docker=$(first_docker); then
    engine_say "there is no docker client on PATH; install docker.io"
    return 1
  fi
  engine_answers "$docker" && return 0
  if ! type -P dockerd >/dev/null || [ "$(id -u)" -ne 0 ]; then
    engine_say "no docker daemon answers, and this user cannot start one (dockerd and root are needed)"
    return 1
  fi
  mkdir -p "$ENGINE_HOME"
  : >"$ENGINE_LOG"
  for options in "" "--iptables=false" "--storage-driver=vfs" "--iptables=false --storage-driver=vfs"; do
    engine_say "starting dockerd ${options:+with $options }(log: $ENGINE_LOG)"
    # shellcheck disable=SC2086  # several options in one string
    start_dockerd "$docker" $options && return 0
  done
  engine_say "dockerd does not start; the end of its log:"
  tail -n 15 "$ENGINE_LOG" >&2
  return 1
}

stop_engine() {
  local pid i
  if ! engine_is_ours; then
    rm -f "$ENGINE_PID"
    return 0
  fi
  pid=$(cat "$ENGINE_PID")
  kill "$pid"
  for ((i = 0; i < 200; i++)); do
    [ -e "/proc/$pid" ] || break
    sleep 0.1
  done
  rm -f "$ENGINE_PID"
}
