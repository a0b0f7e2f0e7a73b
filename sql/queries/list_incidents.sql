-- A page of open incidents, newest first.
-- $1 sees everything bool; else $2 workflows text[] and $3 versions int4[], side by side, of those the reader administers
-- $4 opened at, $5 instance uuid, $6 id text: the last row of the page before, or nulls; $7 limit int4
select i.instance_id, i.id, i.workflow, i.job_id, i.code, i.message, i.detail, i.opened_at
from incident i
where i.resolved_at is null
  and ($1::bool or exists (
      select from listing l
      join unnest($2::text[], $3::int4[]) as a (workflow, version) on a.workflow = l.workflow and a.version = l.version
      where l.instance_id = i.instance_id and l.slot = i.slot))
  and ($4::timestamptz is null or (i.opened_at, i.instance_id, i.id) < ($4, $5::uuid, $6::text))
order by i.opened_at desc, i.instance_id desc, i.id desc
limit $7
