-- Moves an alias of a workflow to one of its versions, or makes it.
-- $1 workflow text, $2 alias text, $3 version int4
-- Returns the version; no row: there is no such version.
insert into alias (workflow, name, version)
select name, $2, version from workflow where name = $1 and version = $3
on conflict (workflow, name) do update set version = excluded.version
returning version
