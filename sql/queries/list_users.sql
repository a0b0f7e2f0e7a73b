-- Everybody, with roles; with $1, one of them. The first user holds every role.
-- $1 name text or null
select u.name, u.display, u.disabled,
       array(select r.name from role r where u.bootstrap
             union select x.role from user_role x where x.user_name = u.name
             order by 1) as roles
from app_user u
where $1::text is null or u.name = $1
order by u.name
