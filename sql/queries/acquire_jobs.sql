-- Leases due jobs to a worker, the most urgent first (priority 0), of one priority those of the topics named first, of a
-- topic what has been due longest: one index range a priority and topic, so that one topic's backlog slows no other.
-- $1 topics text[], $2 their leases in seconds float8[], side by side; $3 worker text, $4 at most int4, up to 1000: with
-- a limit that it does not know, the planner expects a tenth of all jobs, and reads all of them to find those it leases.
-- Locks the job rows it takes, and leaves those that others have locked. A job's own lease goes before the topic's.
with picked as (
    select j.instance_id, j.id, j.slot, wanted.priority, j.due_at,
           coalesce(j.lease, make_interval(secs => wanted.lease)) as lease
    from (
        select t.topic, t.lease, p.priority::int2
        from unnest($1::text[], $2::float8[]) with ordinality as t (topic, lease, place)
        cross join generate_series(0, 3) as p (priority)
        order by p.priority, t.place
    ) as wanted
    cross join lateral (
        select instance_id, id, slot, lease, due_at
        from job
        where topic = wanted.topic and priority = wanted.priority and due_at <= statement_timestamp()
        order by due_at
        limit 1000
        for update skip locked
    ) as j
    limit $4
), leased as (
    update job
    set due_at = clock_timestamp() + picked.lease, attempt = job.attempt + 1, worker = $3
    from picked
    where job.instance_id = picked.instance_id and job.id = picked.id and job.slot = picked.slot
    returning job.id, job.instance_id, job.topic, job.attempt, job.name, job.path, job.payload, job.retry,
              job.due_at as lease_until, picked.priority, picked.due_at, job.slot
)
select id, instance_id, topic, attempt, name, path, payload, retry, lease_until,
       (select i.workflow from instance i where i.id = leased.instance_id and i.slot = leased.slot) as workflow
from leased
order by priority, due_at
