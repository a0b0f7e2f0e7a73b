-- A page of somebody's inbox: what they have claimed, and what is open to them. Oldest first.
-- $1 user text, $2 roles text[]; $3 created at, $4 instance uuid, $5 id text: the last row of the page before, or nulls
-- $6 limit int4
-- Branches, so that each uses an index. A task for nobody in particular is for everybody.
with mine as (
    (select instance_id, id, slot, created_at
     from task
     where state = 'claimed' and assignee = $1
       and ($3::timestamptz is null or (created_at, instance_id, id) > ($3, $4::uuid, $5::text))
     order by created_at, instance_id, id
     limit $6)
    union all
    (select instance_id, id, slot, created_at
     from task
     where state = 'open' and (candidate_roles && $2::text[] or candidate_users && array[$1])
       and ($3::timestamptz is null or (created_at, instance_id, id) > ($3, $4, $5))
     order by created_at, instance_id, id
     limit $6)
    union all
    (select instance_id, id, slot, created_at
     from task
     where state = 'open' and candidate_roles = '{}' and candidate_users = '{}'
       and ($3::timestamptz is null or (created_at, instance_id, id) > ($3, $4, $5))
     order by created_at, instance_id, id
     limit $6)
), page as (
    select * from mine order by created_at, instance_id, id limit $6
)
select t.instance_id, t.id, t.workflow, t.name, t.path, t.title, t.state, t.assignee, t.candidate_roles,
       t.candidate_users, t.priority, t.form, t.outcomes, t.input, t.created_at, t.closed_at, t.closed_by, t.outcome,
       coalesce((select l.title from listing l where l.instance_id = t.instance_id and l.slot = t.slot), '')
           as instance_title,
       t.due_at
from page p
join task t on t.instance_id = p.instance_id and t.id = p.id and t.slot = p.slot
order by t.created_at, t.instance_id, t.id
