-- What was on hold with its state goes on, with all its attempts.
update job j
set state = 'waiting', due_at = clock_timestamp(), worker = null,
    retry = case when j.attempt = 0 then j.retry
                 else jsonb_set(coalesce(j.retry, '{}')::jsonb, '{granted}', to_jsonb(j.attempt))::text end
from unnest($2::uuid[], $3::int2[], $4::text[]) as u(instance_id, slot, id)
where j.slot = any($1::int2[]) and j.instance_id = u.instance_id and j.id = u.id and j.slot = u.slot
  and j.state = 'parked' and j.failure is null
