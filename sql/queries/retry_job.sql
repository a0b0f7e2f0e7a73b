-- Makes a job due now with all its attempts, and closes the incident that names it; not what is on hold.
-- $1 instance uuid, $2 slot int2, $3 id text, $4 who text
-- Locks the instance, then its job, incident and listing. Returns the topic, and whether it is on hold with its state or
-- instance; no row: no such job.
with owner as materialized (
    select id, slot, snapshot from instance where slot = $2 and id = $1 for update
), found as materialized (
    select job.instance_id, job.id, job.slot, job.topic,
           (job.state = 'parked' and job.failure is null)
           or jsonb_path_exists(owner.snapshot::jsonb, '$.parked.*.invocations[*] ? (@.id == $id)',
                                jsonb_build_object('id', job.id)) as is_held
    from owner
    join job on job.slot = $2 and job.instance_id = owner.id and job.id = $3
    for update of job
), due as (
    update job
    set state = 'waiting', due_at = clock_timestamp(), worker = null, failure = null,
        retry = jsonb_set(coalesce(job.retry, '{}')::jsonb, '{granted}', to_jsonb(job.attempt))::text
    from found
    where not found.is_held and job.slot = $2 and job.instance_id = found.instance_id and job.id = found.id
    returning job.instance_id
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
select topic, is_held from found
