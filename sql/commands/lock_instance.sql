-- Waits for a session that may still be committing.
select id from instance where slot = any($1::int2[]) and id = $2 for update
