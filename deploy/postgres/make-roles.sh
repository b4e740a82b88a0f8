#!/bin/sh
# Run once by the image when it makes the database: two roles without a password, since only the server reaches the
# socket. The owner brings the tables up to date; the program's role cannot change what stands in the audit trail.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE loaxa_owner LOGIN;
CREATE ROLE loaxa_app LOGIN;
ALTER DATABASE loaxa OWNER TO loaxa_owner;
SQL
