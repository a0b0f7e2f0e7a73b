update child c
set state = u.state, result = u.result
from unnest($2::uuid[], $3::int2[], $4::text[], $5::text[], $6::text[]) as u(instance_id, slot, invocation, state, result)
where c.slot = any($1::int2[]) and c.instance_id = u.instance_id and c.invocation = u.invocation and c.slot = u.slot
