insert into visit (instance_id, slot, path, n, workflow, entered_at)
select * from unnest($1::uuid[], $2::int2[], $3::text[], $4::int4[], $5::text[], $6::timestamptz[])
on conflict (instance_id, path, n, slot) do nothing
