-- Children of an instance.
-- $1 instance uuid, $2 slot int2, $3 limit int4
select child_id, invocation, workflow, state
from child
where slot = $2 and instance_id = $1
order by invocation, n
limit $3
