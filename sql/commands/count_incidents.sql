update listing l
set incidents = (select count(*) from incident i
                 where i.slot = l.slot and i.instance_id = l.instance_id and i.resolved_at is null)
where l.slot = any($1::int2[]) and l.instance_id = any($2::uuid[])
