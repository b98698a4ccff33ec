#!/bin/sh
# /lambda-entrypoint.sh of a base that is not AWS's. As theirs does, it takes the handler and starts the runtime: through
# the emulator where there is no Lambda around it.
if [ $# -ne 1 ]; then
  echo "entrypoint requires the handler name to be the first argument" 1>&2
  exit 142
fi
export _HANDLER="$1"
if [ -n "${AWS_LAMBDA_RUNTIME_API-}" ]; then
  exec /var/runtime/bootstrap
fi
exec /usr/local/bin/aws-lambda-rie /var/runtime/bootstrap
