-- Leases due jobs to a worker: one index range a topic, so that one topic's backlog slows no other.
-- $1 topics text[], $2 their leases in seconds float8[], side by side; $3 worker text, $4 at most int4
-- Locks the job rows it takes, and leaves those that others have locked. A job's own lease goes before the topic's.
with picked as (
    select j.instance_id, j.id, j.slot, coalesce(j.lease, make_interval(secs => wanted.lease)) as lease
    from unnest($1::text[], $2::float8[]) as wanted (topic, lease)
    cross join lateral (
        select instance_id, id, slot, lease
        from job
        where topic = wanted.topic and due_at <= statement_timestamp()
        order by due_at
        limit $4
        for update skip locked
    ) as j
    limit $4
)
update job
set due_at = clock_timestamp() + picked.lease, attempt = job.attempt + 1, worker = $3
from picked
where job.instance_id = picked.instance_id and job.id = picked.id and job.slot = picked.slot
returning job.id, job.instance_id, job.topic, job.attempt, job.name, job.path, job.payload, job.retry, job.due_at,
          (select i.workflow from instance i where i.id = job.instance_id and i.slot = job.slot) as workflow
