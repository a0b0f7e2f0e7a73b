-- What the engine's own topics hold that is due for these instances, signals in the order of each sender.
select j.instance_id, j.id, j.topic, j.due_at, j.name, j.path, j.payload, j.sender, j.sender_seq, j.sender_n
from unnest($2::uuid[], $3::int2[]) as w(id, slot)
cross join lateral (
    select *
    from job
    where job.slot = any($1::int2[]) and job.instance_id = w.id and job.slot = w.slot
      and job.topic in ('timer', 'signal', 'start') and job.due_at <= clock_timestamp()
    order by job.topic, job.sender, job.sender_seq, job.sender_n, job.id
    limit $4
    for update
) as j
