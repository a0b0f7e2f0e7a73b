insert into job (instance_id, slot, id, topic, priority, due_at, state, name, path, payload, sender, sender_seq, sender_n,
                 retry, lease, failure)
select u.instance_id, u.slot, u.id, u.topic, u.priority, case when u.parked then 'infinity' else u.due_at end,
       case when u.parked then 'parked' else 'waiting' end, u.name, u.path, u.payload, u.sender, u.sender_seq, u.sender_n,
       u.retry, make_interval(secs => u.lease), u.failure
from unnest($1::uuid[], $2::int2[], $3::text[], $4::text[], $5::int2[], $6::timestamptz[], $7::bool[], $8::text[],
            $9::text[], $10::text[], $11::uuid[], $12::int8[], $13::int4[], $14::text[], $15::float8[], $16::text[])
     as u(instance_id, slot, id, topic, priority, due_at, parked, name, path, payload, sender, sender_seq, sender_n, retry,
          lease, failure)
on conflict (instance_id, id, slot) do update
set topic = excluded.topic, due_at = excluded.due_at, state = excluded.state, name = excluded.name, path = excluded.path,
    payload = excluded.payload, failure = excluded.failure
