-- Running instances of one version, by id, and how large they are; a plain read.
-- $1 workflow text, $2 version int4, $3 after this id uuid or null, $4 limit int4
-- Returns the id, and the bytes of its context and snapshot.
select i.id, octet_length(i.context::text) + octet_length(i.snapshot)
from listing l
join instance i on i.slot = l.slot and i.id = l.instance_id
where l.workflow = $1 and l.version = $2 and l.status in ('active', 'suspended')
  and ($3::uuid is null or l.instance_id > $3)
order by l.instance_id
limit $4
