insert into instance (id, slot, workflow, version, key, status, seq, last_at, states, context, snapshot, parent, depth, hash)
select u.id, u.slot, u.workflow, u.version, u.key, u.status, u.seq, u.last_at, string_to_array(u.states, E'\x1f'),
       u.context, u.snapshot, u.parent, u.depth, u.hash
from unnest($1::uuid[], $2::int2[], $3::text[], $4::int4[], $5::text[], $6::text[], $7::int8[], $8::timestamptz[],
            $9::text[], $10::jsonb[], $11::text[], $12::uuid[], $13::int2[], $14::bytea[])
     as u(id, slot, workflow, version, key, status, seq, last_at, states, context, snapshot, parent, depth, hash)
