-- Copies of one instance for the benchmark's baseline: ids 00000000-0000-0000-0000-000000000001 and so on.
-- $1 uuid: the instance; $2 int4: how many.
insert into instance (id, slot, workflow, version, key, status, seq, last_at, states, context, snapshot, parent, hash, depth)
select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, (n % 1024)::int2, i.workflow, i.version, i.key, i.status, i.seq,
       i.last_at, i.states, i.context, i.snapshot, i.parent, i.hash, i.depth
from instance i, generate_series(1, $2::int4) n
where i.id = $1
