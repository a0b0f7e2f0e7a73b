-- What was parked goes on: all that waited for a resumption, or (failed) what incidents name, with all its attempts.
-- Workers' jobs that no incident names are on hold with their state.
update job j
set state = 'waiting', due_at = clock_timestamp(), failure = null, worker = null,
    retry = case when j.attempt = 0 then j.retry
                 else jsonb_set(coalesce(j.retry, '{}')::jsonb, '{granted}', to_jsonb(j.attempt))::text end
from unnest($2::uuid[], $3::int2[], $4::bool[]) as u(instance_id, slot, failed)
where j.slot = any($1::int2[]) and j.instance_id = u.instance_id and j.slot = u.slot and j.state = 'parked'
  and (j.failure is not null) = u.failed and (u.failed or j.topic in ('timer', 'signal', 'start'))
returning j.topic
