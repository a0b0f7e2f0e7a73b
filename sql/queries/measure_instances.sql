-- About how many bytes instances take; a plain read.
-- $1 ids uuid[], $2 their slots int2[]
select id, pg_column_size(context) + pg_column_size(snapshot)
from instance
where slot = any ($2::int2[]) and id = any ($1::uuid[])
