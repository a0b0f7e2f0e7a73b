-- Stores a definition unless this content is there already, moves `latest` to a new version and notes the roles it names.
-- $1 name text, $2 sha-256 of the source bytea, $3 source text, $4 titles jsonb, $5 deployed by text, $6 roles text[]
-- Returns the version, whether it is new, and the version that `latest` names. Two deployments at once: one of them gets
-- 23505 and tries again.
with known as (
    select version from workflow where name = $1 and hash = $2
), added as (
    insert into workflow (name, version, source, hash, title, deployed_by)
    select $1, coalesce((select max(version) from workflow where name = $1), 0) + 1, $3, $2, $4, $5
    where not exists (select from known)
    returning version
), aliased as (
    insert into alias (workflow, name, version)
    select $1, 'latest', version from added
    on conflict (workflow, name) do update set version = excluded.version
), named as (
    insert into role (name)
    select distinct r from unnest($6::text[]) as r
    on conflict (name) do nothing
)
select version, true as is_new, version as latest from added
union all
select version, false, (select version from alias where workflow = $1 and name = 'latest') from known
