-- One job.
-- $1 instance uuid, $2 slot int2, $3 id text
select instance_id, id, topic,
       case when state = 'parked' then 'parked' when worker is not null then 'leased' else 'waiting' end as state,
       priority, nullif(due_at, 'infinity') as due_at, attempt, worker, failure, payload, retry
from job
where slot = $2 and instance_id = $1 and id = $3
