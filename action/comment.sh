#!/usr/bin/env bash
# Keeps one comment on the pull request up to date. Without findings none is begun; without rights it is let be.
set -uo pipefail

mark='<!-- ecolint-report -->'
if [ -z "${INPUT_PULL_REQUEST:-}" ] || [ -z "${GH_TOKEN:-}" ]; then
  echo "No pull request to comment on."
  exit 0
fi
comments="repos/$GITHUB_REPOSITORY/issues/$INPUT_PULL_REQUEST/comments"
if ! found="$(gh api --paginate "$comments?per_page=100" --jq ".[] | select(.body | startswith(\"$mark\")) | .id")"; then
  echo "::notice title=ecolint::The comments of the pull request cannot be read; the report is in the job summary."
  exit 0
fi
number="${found%%$'\n'*}"
if [ -n "$number" ]; then
  request=(--method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$number")
elif [ "${INPUT_FINDINGS:-0}" = "0" ]; then
  exit 0
else
  request=(--method POST "$comments")
fi
if ! gh api --silent "${request[@]}" --field "body=@$INPUT_COMMENT"; then
  echo "::notice title=ecolint::The pull request cannot be commented on; the report is in the job summary."
fi
exit 0
