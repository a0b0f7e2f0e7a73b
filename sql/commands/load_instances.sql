-- Locks what nobody else holds, in order of id. By pairs: with the ids alone, the planner may probe each id with each slot.
-- Of a row whose hash the caller knows, nothing else comes back.
select i.id, i.hash, i.hash is not distinct from u.known, i.workflow, i.version, i.depth,
       case when i.hash is distinct from u.known then i.states end, case when i.hash is distinct from u.known then i.context end,
       case when i.hash is distinct from u.known then i.snapshot end
from unnest($2::uuid[], $3::int2[], $4::bytea[]) as u(id, slot, known)
join instance i on i.id = u.id and i.slot = u.slot
where i.slot = any($1::int2[])
order by i.id
for update of i skip locked
