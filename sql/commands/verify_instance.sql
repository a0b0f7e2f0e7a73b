select id, workflow, version, depth, states, context, snapshot, hash from instance where slot = any($1::int2[]) and id = $2
