#!/bin/sh
# A throwaway cluster of Debian's PostgreSQL for tests, as root or as anybody else. Prints its URL.
#
#   sh scripts/debian-postgres.sh start|stop DIRECTORY PORT
#
# As root it runs under Debian's account "postgres", who must be able to reach DIRECTORY.
set -eu

action=${1:?start or stop}
directory=${2:?a directory of its own}
port=${3:?a free port}
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$programs" ]; then
  echo "debian-postgres: no PostgreSQL server is installed. Install the Debian package postgresql." >&2
  exit 1
fi

# What tests write need not survive a power cut.
hasty='-c fsync=off -c synchronous_commit=off -c full_page_writes=off'

as_server() {
  if [ "$(id -u)" -eq 0 ]; then
    # From the root directory: a program started in a directory that its account cannot enter complains.
    (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/ "$@")
  else
    "$@"
  fi
}

case $action in
start)
  mkdir -p "$directory"
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$directory"; fi
  chmod 700 "$directory"
  if [ ! -f "$directory/PG_VERSION" ]; then
    as_server "$programs/initdb" -D "$directory" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --data-checksums >/dev/null
  fi
  as_server "$programs/pg_ctl" -D "$directory" -w -t 30 -l "$directory/server.log" start >/dev/null \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$directory -c max_connections=200 $hasty"
  echo "postgresql://postgres@127.0.0.1:$port/postgres"
  ;;
stop) as_server "$programs/pg_ctl" -D "$directory" -m fast -w stop >/dev/null ;;
*)
  echo "usage: debian-postgres.sh start|stop DIRECTORY PORT" >&2
  exit 2
  ;;
esac
