-- Tasks that are on hold with their state. Some databases have these checks already: the first migration had them for a
-- while.
alter table task
    drop constraint task_state_check,
    add constraint task_state_check check (state in ('open', 'claimed', 'parked', 'submitted', 'cancelled')),
    drop constraint task_check,
    add constraint task_check
        check ((state = 'claimed') = (assignee is not null) or state in ('parked', 'submitted', 'cancelled'));

-- Workers get urgent jobs first: a range scan for each priority of a topic.
drop index job_due;
create index job_due on job (topic, priority, due_at);
