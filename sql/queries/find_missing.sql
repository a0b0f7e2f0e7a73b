-- What a definition names and is not there.
-- $1 calendars text[], $2 roles text[]
-- Returns kind (`calendar`, or `role` for one that no user was given) and name.
select 'calendar' as kind, n as name
from unnest($1::text[]) as n where not exists (select from calendar c where c.name = n)
union all
select 'role', n
from unnest($2::text[]) as n
where not exists (
    select from user_role r join app_user u on u.name = r.user_name where r.role = n and not u.disabled
)
