-- Every version of every workflow, or of one.
-- $1 name text or null
-- Returns name, version.
select name, version from workflow where $1::text is null or name = $1 order by name, version
