# Whether a server gives what a build needs; sourced by scripts.
# shellcheck shell=bash

# reaches URL: whether it answers with success. A proxy that refuses answers too. A registry asks for a token first (401).
reaches() {
  local status
  status=$(curl --silent --location --head --output /dev/null --max-time 5 --write-out '%{http_code}' "$1") || return 1
  [[ $status == 2?? || ($status == 401 && $1 == */v2/) ]]
}
