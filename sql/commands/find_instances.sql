-- Which of these exist, locked or not.
select id from instance where slot = any($1::int2[]) and id = any($2::uuid[])
