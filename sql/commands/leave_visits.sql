update visit v
set left_at = u.left_at
from unnest($2::uuid[], $3::int2[], $4::text[], $5::int4[], $6::timestamptz[]) as u(instance_id, slot, path, n, left_at)
where v.slot = any($1::int2[]) and v.instance_id = u.instance_id and v.path = u.path and v.n = u.n and v.slot = u.slot
