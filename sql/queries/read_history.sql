-- History of an instance, oldest first.
-- $1 instance uuid, $2 slot int2, $3 after seq int8, $4 limit int4
select seq, event, origin, reference, data, at, actor, outcome, transitions, states, hash
from history
where slot = $2 and instance_id = $1 and seq > $3
order by seq
limit $4
