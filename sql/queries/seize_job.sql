-- Takes a job away from whoever has it, for a moment, and closes the incident that names it.
-- $1 instance uuid, $2 slot int2, $3 id text, $4 worker text: a name nobody else has, $5 who text, $6 for seconds float8
-- Locks the instance, then its job, incident and listing. Returns the attempt; no row: no such job.
with owner as materialized (
    select id, slot from instance where slot = $2 and id = $1 for update
), seized as (
    update job
    set state = case when failure is null then state else 'waiting' end,
        due_at = case when state = 'parked' and failure is null then due_at
                      else clock_timestamp() + make_interval(secs => $6::float8) end,
        worker = $4, attempt = attempt + 1
    from owner
    where job.slot = $2 and job.instance_id = owner.id and job.id = $3
    returning job.instance_id, job.attempt
), closed as (
    update incident
    set resolved_at = clock_timestamp(), resolved_by = $5, resolution = 'cancel'
    from seized
    where incident.slot = $2 and incident.instance_id = seized.instance_id and incident.job_id = $3
      and incident.resolved_at is null
    returning incident.instance_id
), counted as (
    update listing
    set incidents = greatest(0, incidents - (select count(*) from closed)::int4)
    where slot = $2 and instance_id = $1 and exists (select from closed)
)
select attempt from seized
