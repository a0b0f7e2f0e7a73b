insert into incident (instance_id, slot, id, workflow, job_id, code, message, detail, opened_at)
select * from unnest($1::uuid[], $2::int2[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
                     $9::timestamptz[])
on conflict (instance_id, id, slot) do update
set code = excluded.code, message = excluded.message, detail = excluded.detail, opened_at = excluded.opened_at,
    resolved_at = null, resolved_by = null, resolution = null
