-- What `silian doctor` looks at, one row.
-- Returns the version int4, whether it is in recovery bool, encoding, collation and synchronous_commit text,
-- max_connections int4, its clock timestamptz, its size in bytes int8, and whether tables may be made in the schema bool.
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
