-- Gives a user roles.
-- $1 user text, $2 roles text[]
insert into user_role (user_name, role) select $1, r from unnest($2::text[]) as r on conflict do nothing
