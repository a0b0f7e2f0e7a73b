insert into child (instance_id, slot, invocation, child_id, workflow, state)
select u.instance_id, u.slot, u.invocation, u.child_id, u.workflow, 'active'
from unnest($1::uuid[], $2::int2[], $3::text[], $4::uuid[], $5::text[]) as u(instance_id, slot, invocation, child_id, workflow)
on conflict (instance_id, invocation, n, slot) do nothing
