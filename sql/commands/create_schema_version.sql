create table if not exists schema_version (
    version    int4        primary key check (version > 0),
    name       text        not null,
    applied_at timestamptz not null default clock_timestamp()
);
