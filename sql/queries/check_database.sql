-- What `silian doctor` looks at, one row.
-- version: int4; in_recovery: bool; encoding, collation, synchronous_commit: text; max_connections: int4;
-- clock: timestamptz; instances, open_incidents, parked_jobs: int8; can_create: bool
select current_setting('server_version_num')::int4,
       pg_is_in_recovery(),
       pg_encoding_to_char(d.encoding)::text,
       d.datcollate::text || '/' || d.datctype::text,
       current_setting('synchronous_commit'),
       current_setting('max_connections')::int4,
       clock_timestamp(),
       pg_database_size(d.oid),
       has_schema_privilege(current_schema(), 'create')
from pg_database d
where d.datname = current_database()
