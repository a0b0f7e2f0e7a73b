-- Every workflow in the version that `latest` names; with $1, one workflow; with $2, that version of it.
-- $1 name text or null, $2 version int4 or null
-- Returns name, version, all versions, title, source, deployed at, deployed by.
select w.name, w.version,
       (select array_agg(v.version order by v.version) from workflow v where v.name = w.name) as versions,
       w.title, w.source, w.deployed_at, w.deployed_by
from workflow w
where ($1::text is null or w.name = $1)
  and w.version = coalesce($2::int4, (select a.version from alias a where a.workflow = w.name and a.name = 'latest'))
order by w.name
