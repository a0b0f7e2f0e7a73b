-- Trades a sign-in secret for a session, once.
-- $1 hash of the sign-in secret bytea, $2 hash of the session secret bytea, $3 id of the session text
-- $4 valid for seconds float8
-- No row: the secret is unknown, used, too old, or its user is disabled.
with used as (
    delete from token where hash = $1 and kind = 'link' returning user_name, expires_at
)
insert into token (hash, id, kind, user_name, expires_at)
select $2, $3, 'session', u.name, clock_timestamp() + make_interval(secs => $4::float8)
from used
join app_user u on u.name = used.user_name
where used.expires_at > clock_timestamp() and not u.disabled
returning user_name
