-- Work of an instance that is not done, timers and signals included.
-- $1 instance uuid, $2 slot int2, $3 limit int4
select instance_id, id, topic,
       case when state = 'parked' then 'parked' when worker is not null then 'leased' else 'waiting' end as state,
       priority, nullif(due_at, 'infinity') as due_at, attempt, worker, failure, payload
from job
where slot = $2 and instance_id = $1
order by due_at, id
limit $3
