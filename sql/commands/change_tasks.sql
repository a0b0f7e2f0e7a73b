update task t
set state = case when u.assignee is null then 'open' else 'claimed' end, assignee = u.assignee,
    candidate_roles = string_to_array(u.candidate_roles, E'\x1f'),
    candidate_users = string_to_array(u.candidate_users, E'\x1f'), input = u.input, due_at = u.due_at
from unnest($2::uuid[], $3::int2[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::timestamptz[])
     as u(instance_id, slot, id, assignee, candidate_roles, candidate_users, input, due_at)
where t.slot = any($1::int2[]) and t.instance_id = u.instance_id and t.id = u.id and t.slot = u.slot
