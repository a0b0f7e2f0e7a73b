-- Deletes an API token.
-- $1 id text, $2 its user text, or null for anybody's
delete from token where id = $1 and kind = 'api' and ($2::text is null or user_name = $2)
returning id
