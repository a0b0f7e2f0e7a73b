update job j
set due_at = u.due_at
from unnest($2::uuid[], $3::int2[], $4::text[], $5::timestamptz[]) as u(instance_id, slot, id, due_at)
where j.slot = any($1::int2[]) and j.instance_id = u.instance_id and j.id = u.id and j.slot = u.slot
