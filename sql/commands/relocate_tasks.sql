update task t
set name = u.name, path = u.path
from unnest($2::uuid[], $3::int2[], $4::text[], $5::text[], $6::text[]) as u(instance_id, slot, id, name, path)
where t.slot = any($1::int2[]) and t.instance_id = u.instance_id and t.id = u.id and t.slot = u.slot
