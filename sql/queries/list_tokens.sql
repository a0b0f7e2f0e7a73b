-- API tokens that have not expired, of one user or all.
-- $1 user text or null
select id, user_name, label, created_at, expires_at
from token
where kind = 'api' and ($1::text is null or user_name = $1) and (expires_at is null or expires_at > clock_timestamp())
order by user_name, created_at, id
