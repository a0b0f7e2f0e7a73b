-- A context that is null here stays as it is.
update instance i
set status = u.status, seq = u.seq, last_at = u.last_at, states = string_to_array(u.states, E'\x1f'),
    context = coalesce(u.context, i.context), snapshot = u.snapshot, hash = u.hash, version = u.version
from unnest($2::uuid[], $3::int2[], $4::text[], $5::int8[], $6::timestamptz[], $7::text[], $8::jsonb[], $9::text[],
            $10::bytea[], $11::int4[])
     as u(id, slot, status, seq, last_at, states, context, snapshot, hash, version)
where i.slot = any($1::int2[]) and i.id = u.id and i.slot = u.slot
