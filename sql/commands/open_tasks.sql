insert into task (instance_id, slot, id, workflow, name, path, title, state, assignee, candidate_roles, candidate_users,
                  priority, form, outcomes, input, created_at, closed_at, closed_by, outcome, due_at)
select u.instance_id, u.slot, u.id, u.workflow, u.name, u.path, u.title, u.state, u.assignee,
       string_to_array(u.candidate_roles, E'\x1f'), string_to_array(u.candidate_users, E'\x1f'), u.priority, u.form,
       u.outcomes, u.input, u.created_at, u.closed_at, u.closed_by, u.outcome, u.due_at
from unnest($1::uuid[], $2::int2[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::int4[], $13::jsonb[], $14::jsonb[], $15::jsonb[], $16::timestamptz[],
            $17::timestamptz[], $18::text[], $19::text[], $20::timestamptz[])
     as u(instance_id, slot, id, workflow, name, path, title, state, assignee, candidate_roles, candidate_users, priority,
          form, outcomes, input, created_at, closed_at, closed_by, outcome, due_at)
