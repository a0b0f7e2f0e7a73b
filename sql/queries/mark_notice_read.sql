-- Notes that a person has read a message of theirs.
-- $1 user text, $2 roles text[], $3 instance uuid, $4 slot int2, $5 id text
-- Returns whether there is such a message for them.
with mine as (
    select instance_id, id from notice
    where slot = $4 and instance_id = $3 and id = $5 and (users && array[$1::text] or roles && $2::text[])
), noted as (
    insert into notice_read (user_name, instance_id, notice_id)
    select $1, instance_id, id from mine where exists (select from app_user where name = $1)
    on conflict do nothing
)
select exists (select from mine)
