-- Keeps the hash of a new secret of an enabled user.
-- $1 hash bytea, $2 id text, $3 kind text, $4 user text, $5 label text, $6 valid for seconds float8 or null
-- Returns created at and expires at; no row: no such user, or a disabled one.
insert into token (hash, id, kind, user_name, label, expires_at)
select $1, $2, $3, u.name, $5, clock_timestamp() + make_interval(secs => $6::float8)
from app_user u
where u.name = $4 and not u.disabled
returning created_at, expires_at
