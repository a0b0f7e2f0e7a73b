-- Instances as they are stored; a plain read.
-- $1 ids uuid[], $2 their slots int2[]
select id, workflow, version, states, context, snapshot
from instance
where slot = any ($2::int2[]) and id = any ($1::uuid[])
