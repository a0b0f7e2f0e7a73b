-- The rows that workers' results consume.
select j.instance_id, j.id, j.topic, j.state, j.attempt, j.worker, j.name, j.path
from job j
where j.slot = any($1::int2[])
  and (j.instance_id, j.id) in (select k.instance_id, k.id from unnest($2::uuid[], $3::text[]) as k(instance_id, id))
order by j.instance_id, j.id
for update
