#!/usr/bin/env bash
# What a small box feels: memory, start, page weight, with 10,000 events on the embedded database. Prints a table;
# figures depend on the machine, so compare two runs on one machine.
#
#   scripts/measure.sh [EVENTS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

events=${1:-10000}
work=$(mktemp -d "${TMPDIR:-/tmp}/kiosque-measure.XXXXXX")
pid=
finish() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

cargo build --locked --release --quiet
binary=target/release/kiosque
port=$((20000 + RANDOM % 20000))
host="mesure.localhost:$port"
cat > "$work/kiosque.toml" <<TOML
listen = "127.0.0.1:$port"
data = "$work/data"
scheme = "http"
[log]
level = "warn"
TOML
run() { "$binary" --config "$work/kiosque.toml" "$@"; }

run site add --host "$host" --name "Mesure" --admin-email mesure@mesure.localhost --admin-password "une phrase assez longue" > /dev/null
ask() { curl --silent --fail --show-error --header "Host: $host" "$@"; }

serve() {
  "$binary" --config "$work/kiosque.toml" serve > "$work/log" 2>&1 &
  pid=$!
}
now() { date +%s%N; }
wait_page() { until ask --output /dev/null "http://127.0.0.1:$port/" 2> /dev/null; do sleep 0.005; done; }

# An agenda, through the API as anybody would make it.
serve; wait_page
token=$(ask --json '{"email":"mesure@mesure.localhost","password":"une phrase assez longue"}' "http://127.0.0.1:$port/api/v1/session" | sed 's/.*"token":"\([^"]*\)".*/\1/')
ask --json '{"username":"mesure","name":"Mesure","summary":""}' --header "Authorization: Bearer $token" --output /dev/null "http://127.0.0.1:$port/api/v1/agendas"
kill "$pid"; wait "$pid" 2> /dev/null || true

# Events over the coming year, as calendar files of 5,000 at most.
begin=$(( $(date +%s) / 86400 + 1 ))
awk -v n="$events" -v begin="$begin" -v work="$work" 'BEGIN {
  for (i = 0; i < n; i++) {
    file = sprintf("%s/events-%d.ics", work, i / 5000)
    if (i % 5000 == 0) printf "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//mesure//\r\n" > file
    at = strftime("%Y%m%dT%H%M00Z", (begin + i % 365) * 86400 + (8 + i % 12) * 3600, 1)
    printf "BEGIN:VEVENT\r\nUID:%d@mesure\r\nDTSTART:%s\r\nDURATION:PT2H\r\nSUMMARY:Rencontre numéro %d au bord de l’eau\r\nLOCATION:Salle %d\r\nDESCRIPTION:Une soirée pour se retrouver\\, discuter et jouer.\r\nEND:VEVENT\r\n", i, at, i, i % 50 > file
    if (i % 5000 == 4999 || i == n - 1) printf "END:VCALENDAR\r\n" > file
  }
}'
imported=$(now)
for file in "$work"/events-*.ics; do run import --agenda "mesure@$host" "$file" > /dev/null; done
imported=$(( ($(now) - imported) / 1000000 ))

started=$(now)
serve; wait_page
started=$(( ($(now) - started) / 1000000 ))
idle_after() { sleep 5; awk '/^VmRSS/ { printf "%.1f MB", $2 / 1024 }' "/proc/$pid/status"; }
idle=$(idle_after)
home=$(ask "http://127.0.0.1:$port/" | wc -c)
home_gzip=$(ask --header "Accept-Encoding: gzip" "http://127.0.0.1:$port/" | wc -c)
assets=0
for path in $(ask "http://127.0.0.1:$port/" | grep -oE '(href|src)="/(assets/|theme\.css|favicon)[^"]*"' | sed 's/.*"\(.*\)"/\1/' | sort -u); do
  assets=$(( assets + $(ask --header "Accept-Encoding: gzip" "http://127.0.0.1:$port${path//&amp;/&}" | wc -c) ))
done
for _ in 1 2 3; do ask --output /dev/null "http://127.0.0.1:$port/"; done
page=$(for _ in $(seq 20); do ask --output /dev/null --write-out '%{time_total}\n' "http://127.0.0.1:$port/"; done | sort -n | sed -n 10p)

echo
printf '%-44s %s\n' "events" "$events" \
  "import of the calendar file" "$imported ms" \
  "cold start to the first page" "$started ms" \
  "resident memory, 5 s after the first page" "$idle" \
  "home page" "$home bytes ($home_gzip compressed)" \
  "home page with style, script and icon" "$(( home_gzip + assets )) bytes compressed" \
  "home page, median of 20" "$page s"
