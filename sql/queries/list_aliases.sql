-- What names a workflow's versions.
-- $1 workflow text
-- Returns alias, version.
select name, version from alias where workflow = $1 order by name
