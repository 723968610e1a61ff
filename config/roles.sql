-- What the two database roles may do. Run inside the product's database, as the owner role.
--
--   safe_owner  owns the schema and every table; used by `manage.py migrate` only.
--   safe_app    what the product connects as: reads and writes rows, owns nothing, and so can neither
--               switch a trigger off, nor truncate, nor drop, nor create (architecture.md, "History
--               that stands up").
--
-- Both roles exist already: config/embedded.py makes them on a developer's machine,
-- config/compose/roles.sh in docker compose, docs/operating.md says how on your own server.

-- Nobody gets in, or keeps temporary tables (which could shadow ours inside a trigger), by default.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO safe_app', current_database());
END
$$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO safe_app;

-- Tables made from now on by the role that runs this file, and those that are there already.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO safe_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO safe_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO safe_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO safe_app;

-- Run again, the grants above give back what `migrate` took away; so it is taken away here too. The tables are
-- known by the triggers that keep them (records/ledger_sql.py); in an empty database there are none yet.
DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN
        SELECT DISTINCT tgrelid::regclass AS tab,
               CASE WHEN tgname = 'never_deleted' THEN 'DELETE' ELSE 'UPDATE, DELETE' END AS rights
        FROM pg_trigger WHERE tgname IN ('append_only', 'signed', 'never_deleted') AND NOT tgisinternal
        UNION ALL
        SELECT oid::regclass, 'INSERT, UPDATE, DELETE' FROM pg_class
        WHERE relname IN ('records_ledgerentry', 'records_ledgerhead') AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('REVOKE %s ON %s FROM safe_app', kept.rights, kept.tab);
    END LOOP;
END
$$;
