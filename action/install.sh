#!/usr/bin/env bash
# Installs ecolint from the action's own files, and what it needs by hash, into an environment of its own.
set -euo pipefail

environment="${RUNNER_TEMP:-/tmp}/ecolint-environment"
"${INPUT_PYTHON_PATH:-python3}" -m venv "$environment"
programs="$environment/bin"
[ -d "$programs" ] || programs="$environment/Scripts"
install() { "$programs/python" -m pip install --quiet --disable-pip-version-check "$@"; }
install --require-hashes -r "$GITHUB_ACTION_PATH/requirements/build.txt" -r "$GITHUB_ACTION_PATH/requirements/runtime.txt"
install --no-deps --no-build-isolation "$GITHUB_ACTION_PATH"
"$programs/ecolint" --version
echo "ECOLINT=$programs/ecolint" >> "$GITHUB_ENV"
