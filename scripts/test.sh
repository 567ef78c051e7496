#!/usr/bin/env bash
# Everything that is checked, in one command. Needs Rust and a system with Debian's packages (or the programs
# below already installed); installs the rest by package name.
#
#   scripts/test.sh            all of it, as CI does
#   scripts/test.sh lint       formatting, clippy, licences, types of the TypeScript
#   scripts/test.sh rust       the Rust tests, on SQLite and PostgreSQL
#   scripts/test.sh api [...]  the server from outside; what follows goes to vitest (a file, -t NAME)
#
# Parts can be named together: `scripts/test.sh lint rust`. It ends with the runners' own counts.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/packages.sh
. scripts/postgres.sh

work=$(mktemp -d "${TMPDIR:-/tmp}/kiosque-run.XXXXXX")
steps=()
rust_passed=0 rust_failed=0 rust_skipped=0
api_passed=0 api_failed=0 api_skipped=0
failed=0

# Whatever happens, nothing keeps running and nothing stays on the disk.
finish() {
  local status=$?
  trap - EXIT INT TERM
  postgres_stop
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# step NAME COMMAND... : runs it, says how long it took; a failure is remembered and the other steps still run,
# so that one run tells everything that is wrong.
step() {
  local name=$1 begin=$SECONDS state=ok
  shift
  printf '\n== %s\n' "$name"
  "$@" || { state=FAILED; failed=1; }
  steps+=("$(printf '%5ds  %-7s %s' $((SECONDS - begin)) "$state" "$name")")
  [ "$state" = ok ]
}

# Runs a command, shows its output and keeps it for counting.
kept() {
  local log=$1
  shift
  "$@" 2>&1 | tee "$log"
}

# Sums one word of every "test result:" line: `sum passed FILE`.
sum() {
  { grep -E '^test result:' "$2" || true; } | { grep -oE "[0-9]+ $1" || true; } | awk '{ total += $1 } END { print total + 0 }'
}

# True when a part of the run is one of those named.
wants() {
  local part wanted
  for part in "${parts[@]}"; do
    for wanted in "$@"; do [ "$part" != "$wanted" ] || return 0; done
  done
  return 1
}

# "set -e" does not reach into a step, so each line here says itself that a failure ends it.
install_all() {
  need_rust || return 1
  if wants rust api; then need_postgres || return 1; fi
  if wants api; then { need_chromium && need_relay; } || return 1; fi
  if wants api lint; then { need_node && node_packages; } || return 1; fi
  if wants lint; then need_cargo_deny || return 1; fi
}

lint() {
  step "formatting" cargo fmt --all --check || true
  step "licences, bans, sources" cargo deny --locked check --hide-inclusion-graph -A parse-error licenses bans sources || true
  step "types of api_tests" npm --prefix api_tests run --silent typecheck || true
  step "clippy" cargo clippy --locked --workspace --all-targets -- -D warnings || true
}

rust() {
  step "Rust tests" kept "$work/rust.log" cargo test --locked --workspace --no-fail-fast || true
  [ -f "$work/rust.log" ] || return 0
  rust_passed=$(sum passed "$work/rust.log")
  rust_failed=$(sum failed "$work/rust.log")
  rust_skipped=$(sum ignored "$work/rust.log")
}

api() {
  # Not a release build: that is a third of the whole run, and this one also checks its arithmetic.
  step "the server" cargo build --locked --package kiosque || return 0
  if [ $# -gt 0 ]; then
    step "tests from outside: $*" kept "$work/api.log" vitest run "$@" || true
  else
    step "tests from outside" kept "$work/api.log" npm --prefix api_tests run --silent test -- --reporter=default --reporter=json --outputFile.json="$work/api.json" || true
  fi
  count_api
}

vitest() {
  (cd api_tests && PATH="$PWD/node_modules/.bin:$PATH" node_modules/.bin/vitest "$@" --reporter=default --reporter=json --outputFile.json="$work/api.json")
}

count_api() {
  if [ ! -s "$work/api.json" ]; then
    echo "the tests from outside left no report" >&2
    failed=1
    return 0
  fi
  read -r api_passed api_failed api_skipped < <(
    cd api_tests && node_modules/.bin/node -e '
      const report = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
      // A file that fails to load has no test in it, and is a failure all the same.
      const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")).length;
      console.log(report.numPassedTests, report.numFailedTests + broken, report.numPendingTests + report.numTodoTests);
    ' "$work/api.json"
  )
}

parts=()
while [ $# -gt 0 ]; do
  case $1 in
    lint | rust) parts+=("$1"); shift ;;
    api) parts+=(api); shift; break ;;
    -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "unknown part: $1 (lint, rust, api)" >&2; exit 2 ;;
  esac
done
[ ${#parts[@]} -gt 0 ] || parts=(lint rust api)

begin=$SECONDS
step "what is missing" install_all || { echo "cannot go on without it" >&2; exit 1; }
if wants rust api; then step "a PostgreSQL to throw away" postgres_start || exit 1; fi
for part in "${parts[@]}"; do
  case $part in
    lint) lint ;;
    rust) rust ;;
    api) api "$@" ;;
  esac
done

printf '\n== durations\n'
printf '%s\n' "${steps[@]}"
printf '%5ds  in all\n' $((SECONDS - begin))

printf '\n== counts\n'
ran=0
for part in "${parts[@]}"; do
  case $part in
    rust) printf 'cargo test: %d passed, %d failed, %d ignored\n' "$rust_passed" "$rust_failed" "$rust_skipped"; ran=1 ;;
    api) printf 'vitest: %d passed, %d failed, %d skipped\n' "$api_passed" "$api_failed" "$api_skipped"; ran=1 ;;
  esac
done
skipped=$((rust_skipped + api_skipped))
if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  echo "CI: $skipped tests were skipped, and CI skips nothing" >&2
  failed=1
fi
if [ "$ran" = 1 ] && [ $((rust_passed + api_passed)) = 0 ]; then
  echo "no test ran" >&2
  failed=1
fi
[ "$failed" = 0 ] || echo "some of it failed: see FAILED above" >&2
[ "$ran" = 0 ] || printf '%d passed, %d failed, %d skipped\n' $((rust_passed + api_passed)) $((rust_failed + api_failed)) "$skipped"
exit "$failed"
