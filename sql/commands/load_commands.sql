-- What these clients' commands did when they were accepted.
select h.instance_id, h.command, h.request, h.seq, h.states, h.status, h.transitions, h.outcome
from unnest($2::uuid[], $3::int2[], $4::text[]) as k(instance_id, slot, command)
join history h on h.instance_id = k.instance_id and h.command = k.command and h.slot = k.slot
where h.slot = any($1::int2[])
