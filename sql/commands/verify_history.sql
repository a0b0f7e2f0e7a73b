select seq, event, origin, reference, data, at, actor, outcome, transitions, states, status, calendar, semantics, command,
       request, snapshot, hash
from history
where slot = any($1::int2[]) and instance_id = $2 and seq > $3 and seq <= $4
order by seq
limit $5
