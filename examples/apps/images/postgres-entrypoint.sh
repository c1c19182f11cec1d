#!/bin/sh
# Makes a database where there is none, runs what lies in /docker-entrypoint-initdb.d on it, and serves it. A database that was not
# finished is begun anew.
set -eu

home=/var/lib/postgresql/data
database=${home}/database
draft=${home}/draft

# By its path, since a shell of busybox takes its own setpriv before any other.
as_postgres() {
  /usr/bin/setpriv --reuid 999 --regid 999 --clear-groups "$@"
}

quoted() {
  printf '%s' "$1" | sed "s/'/''/g; s/^/'/; s/\$/'/"
}

make_database() {
  rm -rf "${draft}"
  as_postgres initdb --pgdata "${draft}" --locale C --encoding UTF8 --auth-local trust --auth-host scram-sha-256 >/dev/null
  echo "host all all all scram-sha-256" >>"${draft}/pg_hba.conf"
  as_postgres pg_ctl --pgdata "${draft}" --wait --silent --options "-c listen_addresses='' -c unix_socket_directories=/tmp" start
  printf 'ALTER ROLE postgres PASSWORD %s;\n' "$(quoted "${password}")" | psql -q -h /tmp -U postgres
  for file in /docker-entrypoint-initdb.d/*.sql; do
    [ -e "${file}" ] || continue
    echo "running ${file}"
    psql -q -v ON_ERROR_STOP=1 -h /tmp -U postgres -f "${file}"
  done
  as_postgres pg_ctl --pgdata "${draft}" --wait --silent stop
  sync
  mv "${draft}" "${database}"
}

if [ "${1:-}" != postgres ]; then
  exec "$@"
fi
password=${POSTGRES_PASSWORD:-}
if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
  password=$(cat "${POSTGRES_PASSWORD_FILE}")
fi
if [ -z "${password}" ]; then
  echo "POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE must be set" >&2
  exit 1
fi
chown 999:999 "${home}"
if [ ! -d "${database}" ]; then
  make_database
fi
shift
exec /usr/bin/setpriv --reuid 999 --regid 999 --clear-groups \
  postgres -D "${database}" -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
