-- Due never: an incident names it (failure), its instance is suspended (no failure), or its state is on hold (held). The
-- lease of what is on hold is void, so that it cannot be extended; but its worker stays named until it goes on: a result or
-- failure is taken all the same.
update job j
set state = 'parked', due_at = 'infinity', worker = case when u.held then j.worker end, failure = u.failure
from unnest($2::uuid[], $3::int2[], $4::text[], $5::text[], $6::bool[]) as u(instance_id, slot, id, failure, held)
where j.slot = any($1::int2[]) and j.instance_id = u.instance_id and j.id = u.id and j.slot = u.slot
  and (not u.held or j.state = 'waiting')
