-- Work that waits: jobs overdue by more than a minute, parked jobs, open incidents, instances (estimated).
select (select count(*) from job where due_at < clock_timestamp() - interval '1 minute' and state = 'waiting'),
       (select count(*) from job where state = 'parked'),
       (select count(*) from incident where resolved_at is null),
       (select greatest(reltuples, 0)::int8 from pg_class where oid = 'instance'::regclass)
