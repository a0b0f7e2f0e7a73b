-- Locks what nobody else holds, in order of id.
select id, workflow, version, depth, states, context, snapshot, hash
from instance
where slot = any($1::int2[]) and id = any($2::uuid[])
order by id
for update skip locked
