-- Takes away what a user holds beyond these roles.
-- $1 user text, $2 roles text[]
delete from user_role where user_name = $1 and role <> all ($2::text[])
