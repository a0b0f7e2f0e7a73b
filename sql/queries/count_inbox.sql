-- How many tasks are in somebody's inbox, and how many of them are past their planned end. Of each kind $4 at most count.
-- $1 user text, $2 roles text[], $3 now timestamptz, $4 limit int4
-- Branches as in inbox_tasks.
with mine as (
    (select due_at from task where state = 'claimed' and assignee = $1::text limit $4::int4)
    union all
    (select due_at from task
     where state = 'open' and (candidate_roles && $2::text[] or candidate_users && array[$1]) limit $4)
    union all
    (select due_at from task where state = 'open' and candidate_roles = '{}' and candidate_users = '{}' limit $4)
)
select count(*), count(*) filter (where due_at < $3::timestamptz) from mine
