update listing l
set incidents = (select count(*) from incident i
                 where i.slot = l.slot and i.instance_id = l.instance_id and i.resolved_at is null)
from unnest($2::uuid[], $3::int2[]) as u(instance_id, slot)
where l.slot = any($1::int2[]) and l.instance_id = u.instance_id and l.slot = u.slot
