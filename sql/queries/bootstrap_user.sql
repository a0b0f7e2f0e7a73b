-- Makes the first user, or makes an existing one it, unless there is one already.
-- $1 name text
insert into app_user (name, display, bootstrap)
select $1, $1, true where not exists (select from app_user where bootstrap)
on conflict (name) do update set bootstrap = true, disabled = false
