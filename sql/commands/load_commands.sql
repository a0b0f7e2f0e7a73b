-- What these clients' commands did when they were accepted.
select h.instance_id, h.command, h.request, h.seq, h.states, h.status, h.transitions, h.outcome
from history h
where h.slot = any($1::int2[])
  and (h.instance_id, h.command) in (select k.instance_id, k.command from unnest($2::uuid[], $3::text[]) as k(instance_id, command))
