-- A page of instances that somebody may see, newest first.
-- $1 workflow text or null, $2 status text or null, $3 tag text or null, $4 key text or null
-- $5 text that title, key or fields contain, or null
-- $6 fields text[], $7 their values text[], side by side
-- $8 sees everything bool; else $9 workflows text[] and $10 versions int4[], side by side, with
-- $11 whether the rule admits everybody bool[], $12 the starter bool[], $13 assignees of open tasks bool[],
-- $14 or is to be decided by the caller bool[]; $15 user text
-- $16 started at, $17 instance: the last row of the page before, or nulls; $18 limit int4
-- Returns listing columns and whether the caller has to decide.
select l.instance_id, l.workflow, l.version, l.key, l.status, l.title, l.tags,
       (select i.states from instance i where i.id = l.instance_id and i.slot = l.slot) as states, l.fields, l.incidents,
       l.started_at, l.changed_at, coalesce(not seen.surely, false) as is_undecided
from listing l
left join lateral (
    select coalesce(
               a.everybody
               or (a.starter and l.owner = $15)
               or (a.assignee and exists (
                   select from task t
                   where t.instance_id = l.instance_id and t.slot = l.slot and t.state = 'claimed' and t.assignee = $15)
               ), false) as surely,
           a.open
    from unnest($9::text[], $10::int4[], $11::bool[], $12::bool[], $13::bool[], $14::bool[])
         as a (workflow, version, everybody, starter, assignee, open)
    where a.workflow = l.workflow and a.version = l.version
) seen on not $8::bool
where ($1::text is null or l.workflow = $1)
  and ($2::text is null or l.status = $2)
  and ($3::text is null or l.tags @> array[$3])
  and ($4::text is null or l.key = $4)
  and ($5::text is null
       or position(lower($5) in lower(l.title || E'\n' || coalesce(l.key, '') || E'\n' || l.fields::text)) > 0)
  and not exists (
      select from unnest($6::text[], $7::text[]) as f (name, value)
      where l.fields ->> f.name is distinct from f.value)
  and ($8 or seen.surely or seen.open)
  and ($16::timestamptz is null or (l.started_at, l.instance_id) < ($16, $17::uuid))
order by l.started_at desc, l.instance_id desc
limit $18
