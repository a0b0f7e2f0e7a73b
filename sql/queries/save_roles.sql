-- Creates roles that are not there yet.
-- $1 roles text[]
insert into role (name) select distinct r from unnest($1::text[]) as r on conflict (name) do nothing
