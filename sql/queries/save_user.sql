-- Creates or changes a user; what is null stays as it is.
-- $1 name text, $2 display text or null, $3 disabled bool or null
insert into app_user (name, display, disabled)
values ($1, coalesce($2, ''), coalesce($3, false))
on conflict (name) do update
set display = coalesce($2, app_user.display), disabled = coalesce($3, app_user.disabled)
