-- Due never: an incident names it (failure), or its instance is suspended (no failure).
update job j
set state = 'parked', due_at = 'infinity', worker = null, failure = u.failure
from unnest($2::uuid[], $3::int2[], $4::text[], $5::text[]) as u(instance_id, slot, id, failure)
where j.slot = any($1::int2[]) and j.instance_id = u.instance_id and j.id = u.id and j.slot = u.slot
