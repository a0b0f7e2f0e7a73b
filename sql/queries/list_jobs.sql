-- A page of jobs by id, without the engine's own topics, unless one is asked for or a job is parked.
-- $1 topic text or null, $2 state text or null
-- $3 instance uuid, $4 id text: the last row of the page before, or nulls; $5 limit int4
select j.instance_id, j.id, j.topic, s.state, j.priority, nullif(j.due_at, 'infinity') as due_at, j.attempt, j.worker,
       j.failure, j.payload
from job j
cross join lateral (
    select case when j.state = 'parked' then 'parked' when j.worker is not null then 'leased' else 'waiting' end
) as s (state)
where case when $1::text is null then j.topic not in ('timer', 'signal', 'start') or j.state = 'parked'
           else j.topic = $1 end
  and ($2::text is null or s.state = $2)
  and ($3::uuid is null or (j.instance_id, j.id) > ($3, $4::text))
order by j.instance_id, j.id
limit $5
