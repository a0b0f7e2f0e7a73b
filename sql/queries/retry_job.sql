-- Makes a job due now with all its attempts, and closes the incident that names it.
-- $1 instance uuid, $2 slot int2, $3 id text, $4 who text
-- Locks the instance, then its job, incident and listing. Returns the topic; no row: no such job.
with owner as materialized (
    select id, slot from instance where slot = $2 and id = $1 for update
), due as (
    update job
    set state = 'waiting', due_at = clock_timestamp(), worker = null, failure = null,
        retry = jsonb_set(coalesce(retry, '{}')::jsonb, '{granted}', to_jsonb(attempt))::text
    from owner
    where job.slot = $2 and job.instance_id = owner.id and job.id = $3
    returning job.instance_id, job.topic
), closed as (
    update incident
    set resolved_at = clock_timestamp(), resolved_by = $4, resolution = 'retry'
    from due
    where incident.slot = $2 and incident.instance_id = due.instance_id and incident.job_id = $3
      and incident.resolved_at is null
    returning incident.instance_id
), counted as (
    update listing
    set incidents = greatest(0, incidents - (select count(*) from closed)::int4)
    where slot = $2 and instance_id = $1 and exists (select from closed)
)
select topic from due
