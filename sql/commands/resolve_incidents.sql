update incident i
set resolved_at = u.at, resolved_by = u.by, resolution = u.resolution
from unnest($2::uuid[], $3::int2[], $4::timestamptz[], $5::text[], $6::text[]) as u(instance_id, slot, at, by, resolution)
where i.slot = any($1::int2[]) and i.instance_id = u.instance_id and i.slot = u.slot and i.resolved_at is null
