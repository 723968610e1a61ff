#!/bin/sh
# Runs once, when the PostgreSQL of docker-compose.yml makes its data folder: the owner role (migrations),
# the app role (owns nothing) and the database. On your own server, do by hand what this does.
set -eu
psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE safe_app LOGIN PASSWORD :'app_password';
CREATE ROLE safe_owner LOGIN PASSWORD :'owner_password';
GRANT safe_app TO safe_owner;
CREATE DATABASE safe_to_practise OWNER safe_owner;
SQL
{
    echo 'ALTER SCHEMA public OWNER TO safe_owner; SET ROLE safe_owner;'
    cat "${ROLES_SQL:-/roles.sql}"
} | psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d safe_to_practise
