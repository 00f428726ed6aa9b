# A Postgres for the tests. Sourced, never run.

# Sets TEST_DATABASE_URL: the given one, else a server on localhost that lets us in, else a private throw-away
# cluster from the installed binaries, stopped when the script ends.
test_database() {
  if [ -n "${TEST_DATABASE_URL:-}" ]; then
    echo "Postgres: the one in TEST_DATABASE_URL"
    return
  fi
  local local_url=postgres://postgres@127.0.0.1:5432/postgres
  if command -v psql >/dev/null 2>&1 && PGCONNECT_TIMEOUT=3 psql -w "$local_url" -qtc 'select 1' >/dev/null 2>&1; then
    export TEST_DATABASE_URL="$local_url"
    echo "Postgres: the one on localhost"
    return
  fi
  private_cluster
}

# A port nobody listens on: bash itself can ask.
free_port() {
  local port
  for port in $(seq 54320 54399); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  fail "no free port between 54320 and 54399 for a private Postgres"
}

private_cluster() {
  local bin
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
    # Debian keeps its programs out of the path; psql comes with the server.
    need psql postgresql
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$bin" ] || { install_package postgresql; bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1); }
  fi
  PG_BIN=$bin
  PG_DIR=$(mktemp -d /tmp/rf-postgres.XXXXXX)
  PG_AS=()
  if [ "$(id -u)" = 0 ]; then
    # Postgres refuses to run as root.
    chown postgres "$PG_DIR"
    PG_AS=(runuser -u postgres --)
  fi
  local port
  port=$(free_port)
  "${PG_AS[@]}" "$PG_BIN/initdb" --pgdata "$PG_DIR/data" --username postgres --auth trust --encoding UTF8 >/dev/null
  on_exit 'cd /; "${PG_AS[@]}" "$PG_BIN/pg_ctl" --pgdata "$PG_DIR/data" --mode immediate stop >/dev/null 2>&1; rm -rf "$PG_DIR"'
  (cd "$PG_DIR" && "${PG_AS[@]}" "$PG_BIN/pg_ctl" --pgdata "$PG_DIR/data" --wait --log "$PG_DIR/log" \
    --options "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$PG_DIR -c fsync=off -c max_connections=200" start >/dev/null)
  export TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
  echo "Postgres: a private cluster on port $port"
}
