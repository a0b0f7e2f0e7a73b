-- What a definition names and is not there.
-- $1 calendars text[], $2 workflows text[]
-- Returns kind (`calendar` or `workflow`) and name.
select 'calendar' as kind, n as name
from unnest($1::text[]) as n where not exists (select from calendar c where c.name = n)
union all
select 'workflow', n
from unnest($2::text[]) as n where not exists (select from workflow w where w.name = n)
