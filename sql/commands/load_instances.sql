-- Locks what nobody else holds, in order of id. By pairs: with the ids alone, the planner may probe each id with each slot.
select i.id, i.workflow, i.version, i.depth, i.states, i.context, i.snapshot, i.hash
from unnest($2::uuid[], $3::int2[]) as u(id, slot)
join instance i on i.id = u.id and i.slot = u.slot
where i.slot = any($1::int2[])
order by i.id
for update of i skip locked
