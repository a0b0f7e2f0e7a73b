-- A page of tasks: of one inbox, or all that somebody may see. Open ones oldest first; with closed ones, newest first.
-- $1 inbox of user text or null, $2 with these roles text[]: what the user has claimed, or could
-- $3 candidates' role text or null, $4 instance uuid or null, $5 its slot int2 or null
-- $6 closed ones too bool
-- $7 sees everything bool; else $8 user text and $9 roles text[] of the reader
-- $10 created at, $11 instance uuid, $12 id text: the last row of the page before, or nulls; $13 limit int4
select t.instance_id, t.id, t.workflow, t.name, t.path, t.title, t.state, t.assignee, t.candidate_roles,
       t.candidate_users, t.priority, t.form, t.outcomes, t.input, t.created_at, t.closed_at, t.closed_by, t.outcome,
       coalesce((select l.title from listing l where l.instance_id = t.instance_id and l.slot = t.slot), '')
           as instance_title,
       t.due_at
from task t
where ($6::bool or t.state in ('open', 'claimed'))
  and ($1::text is null
       or (t.state = 'claimed' and t.assignee = $1)
       or (t.state = 'open' and (t.candidate_roles && $2::text[] or t.candidate_users @> array[$1]
                                or (t.candidate_roles = '{}' and t.candidate_users = '{}')))
       or (t.state = 'submitted' and t.closed_by = $1))
  and ($3::text is null or t.candidate_roles @> array[$3])
  and ($4::uuid is null or (t.instance_id = $4 and t.slot = $5::int2))
  and ($7::bool or t.assignee = $8::text or t.closed_by = $8 or t.candidate_users @> array[$8]
       or t.candidate_roles && $9::text[]
       or (t.state = 'open' and t.candidate_roles = '{}' and t.candidate_users = '{}'))
  and ($10::timestamptz is null
       or case when $6 then (t.created_at, t.instance_id, t.id) < ($10, $11::uuid, $12::text)
               else (t.created_at, t.instance_id, t.id) > ($10, $11, $12) end)
order by case when $6 then t.created_at end desc, case when $6 then t.instance_id end desc,
         case when $6 then t.id end desc, t.created_at, t.instance_id, t.id
limit $13
