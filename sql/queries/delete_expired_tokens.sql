-- Deletes secrets that expired a day ago or more.
-- $1 at most int4
delete from token
where hash in (select hash from token where expires_at < clock_timestamp() - interval '1 day' limit $1)
