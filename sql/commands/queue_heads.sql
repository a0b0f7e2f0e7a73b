-- One range scan for each topic, so that a dead topic's backlog slows nobody; what is not due yet tells when to look again.
select j.topic, j.instance_id, j.id, j.due_at, clock_timestamp()
from unnest($1::text[], $2::int4[]) as t(topic, rows)
cross join lateral (
    select job.topic, job.instance_id, job.id, job.due_at
    from job
    where job.topic = t.topic and job.due_at < 'infinity'
    order by job.due_at
    limit t.rows
) as j
