-- Ends a session.
-- $1 hash bytea
delete from token where hash = $1 and kind = 'session'
