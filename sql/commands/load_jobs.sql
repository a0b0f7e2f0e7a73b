-- The rows that workers' results consume.
select j.instance_id, j.id, j.topic, j.state, j.attempt, j.worker, j.name, j.path
from unnest($2::uuid[], $3::int2[], $4::text[]) as k(instance_id, slot, id)
join job j on j.instance_id = k.instance_id and j.id = k.id and j.slot = k.slot
where j.slot = any($1::int2[])
order by j.instance_id, j.id
for update of j
