insert into notice (instance_id, slot, id, roles, users, subject, body, link, channels, at)
select u.instance_id, u.slot, u.id, string_to_array(u.roles, E'\x1f'), string_to_array(u.users, E'\x1f'), u.subject, u.body,
       u.link, string_to_array(u.channels, E'\x1f'), u.at
from unnest($1::uuid[], $2::int2[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[], $8::jsonb[], $9::text[],
            $10::timestamptz[]) as u(instance_id, slot, id, roles, users, subject, body, link, channels, at)
