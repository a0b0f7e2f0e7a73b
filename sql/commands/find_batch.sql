select exists (select from history h where h.slot = any($1::int2[]) and h.instance_id = $2 and h.batch = $3)
