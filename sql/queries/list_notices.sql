-- A person's newest messages.
-- $1 user text, $2 roles text[], $3 limit int4
select n.instance_id, n.id, n.subject, n.body, n.link, n.at,
       exists (
           select from notice_read r
           where r.user_name = $1 and r.instance_id = n.instance_id and r.notice_id = n.id
       ) as is_read
from notice n
where n.users && array[$1::text] or n.roles && $2::text[]
order by n.at desc, n.instance_id, n.id
limit $3
