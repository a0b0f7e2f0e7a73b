delete from job j
using unnest($2::uuid[], $3::int2[], $4::text[]) as u(instance_id, slot, id)
where j.slot = any($1::int2[]) and j.instance_id = u.instance_id and j.id = u.id and j.slot = u.slot
