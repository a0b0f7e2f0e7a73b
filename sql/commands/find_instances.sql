-- Which of these exist, locked or not.
select i.id
from unnest($2::uuid[], $3::int2[]) as u(id, slot)
join instance i on i.id = u.id and i.slot = u.slot
where i.slot = any($1::int2[])
