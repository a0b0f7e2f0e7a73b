-- One range scan for each priority of a topic, so that a dead topic's backlog slows nobody; what is not due yet tells when
-- to look again. At most 1000 of a topic: with a limit that it does not know, the planner expects a tenth of all, and
-- compiles the query for them.
select j.topic, j.instance_id, j.id, j.due_at, clock_timestamp()
from unnest($1::text[], $2::int4[]) as t(topic, rows)
cross join lateral (
    select head.topic, head.instance_id, head.id, head.due_at
    from generate_series(0, 3) as p(priority)
    cross join lateral (
        select first.topic, first.instance_id, first.id, first.due_at
        from (
            select job.topic, job.instance_id, job.id, job.due_at
            from job
            where job.topic = t.topic and job.priority = p.priority::int2 and job.due_at < 'infinity'
            order by job.due_at
            limit 1000
        ) as first
        limit t.rows
    ) as head
    order by head.due_at
    limit t.rows
) as j
