-- Extends a lease that is still the worker's.
-- $1 instance uuid, $2 slot int2, $3 id text, $4 worker text, $5 attempt int4, $6 lease in seconds float8
-- Returns whether it was the worker's; no row: the job is gone.
with held as (
    select instance_id, id, slot, worker is not distinct from $4 and attempt = $5 and state = 'waiting' as is_held
    from job
    where slot = $2 and instance_id = $1 and id = $3
    for update
), extended as (
    update job set due_at = greatest(due_at, clock_timestamp() + make_interval(secs => $6::float8))
    from held
    where held.is_held and job.instance_id = held.instance_id and job.id = held.id and job.slot = held.slot
)
select is_held from held
