-- Their receiver is here now.
update job j
set due_at = clock_timestamp()
from unnest($2::uuid[], $3::int2[]) as u(instance_id, slot)
where j.slot = any($1::int2[]) and j.instance_id = u.instance_id and j.slot = u.slot and j.topic = 'signal'
  and j.state = 'waiting'
