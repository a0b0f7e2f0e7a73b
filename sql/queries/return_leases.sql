-- Gives leases back at shutdown: the jobs are due at once, and the attempts do not count.
-- $1 instances uuid[], $2 slots int2[], $3 ids text[], $4 attempts int4[], side by side; $5 worker text
-- An attempt's number is never used twice, because it fences: what does not count is granted on top.
update job
set due_at = clock_timestamp(), worker = null,
    retry = jsonb_set(coalesce(retry, '{}')::jsonb, '{granted}',
                      to_jsonb(coalesce((retry::jsonb ->> 'granted')::int4, 0) + 1))::text
from unnest($1::uuid[], $2::int2[], $3::text[], $4::int4[]) as mine (instance_id, slot, id, attempt)
where job.slot = any ($2) and job.instance_id = mine.instance_id and job.id = mine.id and job.slot = mine.slot
  and job.attempt = mine.attempt and job.worker = $5 and job.state = 'waiting'
returning job.topic
