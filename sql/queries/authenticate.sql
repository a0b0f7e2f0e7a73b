-- Whom a secret belongs to, and the roles they hold; the first user holds every role.
-- $1 hash bytea
select u.name,
       array(select r.name from role r where u.bootstrap
             union select x.role from user_role x where x.user_name = u.name
             order by 1) as roles
from token t
join app_user u on u.name = t.user_name
where t.hash = $1 and t.kind in ('api', 'session') and not u.disabled
  and (t.expires_at is null or t.expires_at > clock_timestamp())
