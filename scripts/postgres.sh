#!/usr/bin/env bash
# A PostgreSQL server to throw away: in a temporary folder, on a free port of the loopback address, without fsync.
# Sourced by test.sh. `postgres_start` sets KIOSQUE_TEST_POSTGRES, `postgres_stop` ends it and removes the folder.

postgres_folder=""
postgres_user=""

# Runs a command as the server's user: PostgreSQL refuses to run as root.
postgres_as() {
  if [ -n "$postgres_user" ]; then
    setpriv --reuid="$postgres_user" --regid="$(id -g "$postgres_user")" --clear-groups env HOME="$postgres_folder" "$@"
  else
    "$@"
  fi
}

# The folder with initdb and pg_ctl: Debian keeps it out of PATH, one per version.
postgres_programs() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) "$(pg_config --bindir 2>/dev/null || true)"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ]; then
      echo "$folder"
      return 0
    fi
  done
  folder=$(command -v initdb || true)
  [ -n "$folder" ] && dirname "$folder"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null ||
    echo $((20000 + RANDOM % 20000))
}

postgres_start() {
  local programs port try
  programs=$(postgres_programs)
  [ -n "$programs" ] || { echo "PostgreSQL's initdb was not found" >&2; return 1; }
  postgres_folder=$(mktemp -d "${TMPDIR:-/tmp}/kiosque-postgres.XXXXXX")
  if [ "$(id -u)" = 0 ]; then
    postgres_user=$(id -un postgres 2>/dev/null || echo nobody)
    chown "$postgres_user" "$postgres_folder"
  fi
  # From here on the working folder is one that the server's user may enter.
  (cd "$postgres_folder" && postgres_as "$programs/initdb" --pgdata="$postgres_folder/data" --username=kiosque \
    --auth=trust --encoding=UTF8 --locale=C --no-sync >"$postgres_folder/initdb.log" 2>&1) ||
    { cat "$postgres_folder/initdb.log" >&2; return 1; }
  for try in 1 2 3; do
    port=$(free_port)
    if (cd "$postgres_folder" && postgres_as "$programs/pg_ctl" --pgdata="$postgres_folder/data" --log="$postgres_folder/server.log" \
      --wait --timeout=30 --silent --options="-p $port -h 127.0.0.1 -k $postgres_folder -c fsync=off -c synchronous_commit=off \
      -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB" start); then
      postgres_bin=$programs
      export KIOSQUE_TEST_POSTGRES="postgres://kiosque@127.0.0.1:$port/postgres"
      return 0
    fi
    echo "PostgreSQL did not start on port $port (try $try)" >&2
  done
  cat "$postgres_folder/server.log" >&2
  return 1
}

postgres_stop() {
  [ -n "$postgres_folder" ] || return 0
  if [ -f "$postgres_folder/data/postmaster.pid" ]; then
    (cd "$postgres_folder" && postgres_as "$postgres_bin/pg_ctl" --pgdata="$postgres_folder/data" --mode=immediate --silent stop) || true
  fi
  rm -rf "$postgres_folder"
  postgres_folder=""
}
