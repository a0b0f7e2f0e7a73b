-- Gives a failed attempt's lease back: the job is tried again later, or when its state is no longer on hold.
-- $1 instance uuid, $2 slot int2, $3 id text, $4 worker text, $5 attempt int4, $6 in seconds float8, $7 failure text
-- Returns a row when the lease was the worker's.
update job
set due_at = case when state = 'parked' then due_at else clock_timestamp() + make_interval(secs => $6::float8) end,
    worker = null, failure = case when state <> 'parked' then $7::text end
where slot = $2 and instance_id = $1 and id = $3 and worker = $4 and attempt = $5
  and (state <> 'parked' or failure is null)
returning id
