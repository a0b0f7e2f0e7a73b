update task t
set state = u.state, closed_at = u.closed_at, closed_by = u.closed_by, outcome = u.outcome
from unnest($2::uuid[], $3::int2[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[])
     as u(instance_id, slot, id, state, closed_at, closed_by, outcome)
where t.slot = any($1::int2[]) and t.instance_id = u.instance_id and t.id = u.id and t.slot = u.slot
