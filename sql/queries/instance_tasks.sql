-- Tasks of an instance: open ones by age, then those that ended, the last one first.
-- $1 instance uuid, $2 slot int2, $3 limit int4
select t.instance_id, t.id, t.workflow, t.name, t.path, t.title, t.state, t.assignee, t.candidate_roles,
       t.candidate_users, t.priority, t.form, t.outcomes, t.input, t.created_at, t.closed_at, t.closed_by, t.outcome,
       coalesce((select l.title from listing l where l.slot = $2 and l.instance_id = $1), '') as instance_title,
       t.due_at
from task t
where t.slot = $2 and t.instance_id = $1
order by t.closed_at is not null, t.closed_at desc, t.created_at, t.id
limit $3
