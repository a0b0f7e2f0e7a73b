insert into history (instance_id, slot, seq, event, origin, reference, data, at, actor, outcome, transitions, states, status,
                     calendar, semantics, batch, command, request, snapshot, hash)
select u.instance_id, u.slot, u.seq, u.event, u.origin, u.reference, u.data, u.at, u.actor, u.outcome, u.transitions,
       string_to_array(u.states, E'\x1f'), u.status, u.calendar, $16, $17, u.command, u.request, u.snapshot, u.hash
from unnest($1::uuid[], $2::int2[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
            $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::text[], $18::bytea[],
            $19::text[], $20::bytea[])
     as u(instance_id, slot, seq, event, origin, reference, data, at, actor, outcome, transitions, states, status, calendar,
          command, request, snapshot, hash)
