-- On hold with their state: in nobody's inbox until they are changed or closed.
update task t
set state = 'parked'
from unnest($2::uuid[], $3::int2[], $4::text[]) as u(instance_id, slot, id)
where t.slot = any($1::int2[]) and t.instance_id = u.instance_id and t.id = u.id and t.slot = u.slot
