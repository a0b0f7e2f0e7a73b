insert into listing (instance_id, slot, workflow, version, key, status, tags, title, fields, started_at, changed_at)
select u.instance_id, u.slot, u.workflow, u.version, u.key, u.status, string_to_array(u.tags, E'\x1f'), u.title, u.fields,
       u.started_at, u.changed_at
from unnest($1::uuid[], $2::int2[], $3::text[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[],
            $10::timestamptz[], $11::timestamptz[])
     as u(instance_id, slot, workflow, version, key, status, tags, title, fields, started_at, changed_at)
on conflict (instance_id, slot) do update
set version = excluded.version, status = excluded.status, tags = excluded.tags, title = excluded.title,
    fields = excluded.fields, changed_at = excluded.changed_at
