-- Open incidents of an instance, oldest first.
-- $1 instance uuid, $2 slot int2, $3 limit int4
select instance_id, id, workflow, job_id, code, message, detail, opened_at
from incident
where slot = $2 and instance_id = $1 and resolved_at is null
order by opened_at, id
limit $3
