-- An administrator gives up what incidents name.
delete from job j
using unnest($2::uuid[], $3::int2[]) as u(instance_id, slot)
where j.slot = any($1::int2[]) and j.instance_id = u.instance_id and j.slot = u.slot and j.state = 'parked'
  and j.failure is not null
