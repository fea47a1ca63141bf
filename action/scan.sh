#!/usr/bin/env bash
# Scans once, and writes every report from that one run. The last step of the action ends with its status.
set -uo pipefail

ecolint="${ECOLINT:-ecolint}"
folder="${RUNNER_TEMP:-/tmp}/ecolint-report"
rm -rf "$folder"
mkdir -p "$folder"

options=(
  --output "json=$folder/ecolint.json"
  --output "sarif=$folder/ecolint.sarif"
  --output "markdown=$folder/ecolint.md"
)
[ "${INPUT_ANNOTATIONS:-true}" = "true" ] && options+=(--format github) || options+=(--format concise)
[ -n "${INPUT_GPU:-}" ] && options+=(--gpu "$INPUT_GPU")
[ -n "${INPUT_FAIL_ON:-}" ] && options+=(--fail-on "$INPUT_FAIL_ON")
if [ "${INPUT_DIFF_ONLY:-false}" = "true" ] && [ -n "${GITHUB_BASE_REF:-}" ]; then
  options+=(--diff-base "origin/$GITHUB_BASE_REF")
fi
while IFS= read -r line; do
  line="${line#"${line%%[![:space:]]*}"}"
  line="${line%"${line##*[![:space:]]}"}"
  [ -n "$line" ] && options+=("$line")
done <<< "${INPUT_ARGS:-}"
paths=()
read -r -d '' -a paths <<< "${INPUT_PATHS:-.}"
[ "${#paths[@]}" -eq 0 ] && paths=(.)

"$ecolint" scan "${options[@]}" -- "${paths[@]}"
status=$?

{
  echo "status=$status"
  [ "$status" -eq 0 ] && echo "passed=true" || echo "passed=false"
} >> "$GITHUB_OUTPUT"
if [ "$status" -gt 1 ]; then
  echo "::error title=ecolint::The scan itself failed; the lines above tell why."
  exit 0
fi

read_count() {
  sed -n "/^  \"summary\"/,\$s/^ *\"$1\": \([0-9]*\),*\$/\1/p" "$folder/ecolint.json" | head -n 1
}
errors="$(read_count error)"
warnings="$(read_count warning)"
notes="$(read_count note)"
{
  echo "errors=$errors"
  echo "warnings=$warnings"
  echo "notes=$notes"
  echo "findings=$((errors + warnings + notes))"
  echo "report=$folder/ecolint.json"
  echo "sarif=$folder/ecolint.sarif"
  echo "comment=$folder/ecolint.md"
} >> "$GITHUB_OUTPUT"
# The github format writes the job summary itself.
if [ "${INPUT_ANNOTATIONS:-true}" != "true" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  grep -v '^<!-- ecolint-report -->$' "$folder/ecolint.md" >> "$GITHUB_STEP_SUMMARY"
fi
exit 0
