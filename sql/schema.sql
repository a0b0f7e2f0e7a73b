-- What the migrations add up to: a test compares. Written by hand after each migration, for reading.

create table if not exists schema_version (
    version    int4        primary key check (version > 0),
    name       text        not null,
    applied_at timestamptz not null default clock_timestamp()
);

-- The tables that everything stands on.
--
-- What grows is keyed by instance_id and carries slot (the last two bytes of the instance's uuid & 1023, computed by the
-- client), last in every primary key: on one PostgreSQL that costs next to nothing, on Citus each statement that names
-- its slots is one task on one node. No triggers, no unique index without slot, no foreign key from job.

create table workflow (
    name        text        not null check (name ~ '^[a-z][a-z0-9-]{0,62}$'),
    version     int4        not null check (version > 0),
    source      text        not null,
    hash        bytea       not null check (length(hash) = 32),
    title       jsonb       not null default '{}',
    deployed_at timestamptz not null default clock_timestamp(),
    deployed_by text,
    primary key (name, version),
    unique (name, hash)
);

create table alias (
    workflow text not null,
    name     text not null,
    version  int4 not null,
    primary key (workflow, name),
    foreign key (workflow, version) references workflow (name, version)
);

-- The hot row. Nothing that changes per transition is indexed, so that every update is HOT.
create table instance (
    id         uuid        not null,
    slot       int2        not null check (slot between 0 and 1023),
    workflow   text        not null,
    version    int4        not null,
    key        text,
    status     text        not null check (status in ('active', 'suspended', 'done', 'cancelled')),
    seq        int8        not null check (seq > 0),
    last_at    timestamptz not null,
    states     text[]      not null,
    context    jsonb       not null check (jsonb_typeof(context) = 'object'),
    -- The rest of the snapshot: facts, history values, visits, timers, invocations.
    snapshot   text        not null,
    parent     uuid,
    -- Of the tree of children.
    depth      int2        not null default 0,
    hash       bytea       not null check (length(hash) = 32),
    primary key (id, slot)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

create index instance_parent on instance (parent) where parent is not null;

-- What lists, boards and search show; written only when one of these changes. The active states are with the instance.
create table listing (
    instance_id uuid        not null,
    slot        int2        not null,
    workflow    text        not null,
    version     int4        not null,
    key         text,
    status      text        not null,
    tags        text[]      not null,
    title       text        not null default '',
    owner       text,
    fields      jsonb       not null default '{}',
    incidents   int4        not null default 0,
    started_at  timestamptz not null,
    changed_at  timestamptz not null,
    primary key (instance_id, slot)
) with (fillfactor = 80);

create index listing_page on listing (workflow, started_at desc, instance_id desc);
create index listing_tags on listing using gin (tags);

-- Inputs of every step that changed the instance, so that a replay gives the stored state; each row is hashed over the
-- row before it.
create table history (
    instance_id uuid        not null,
    seq         int8        not null check (seq > 0),
    slot        int2        not null,
    event       text        not null,
    origin      text        not null,
    reference   text,
    data        text        not null,
    at          timestamptz not null,
    actor       text        not null,
    outcome     text        not null check (outcome in ('taken', 'ignored')),
    transitions text        not null,
    states      text[]      not null,
    status      text        not null,
    calendar    bytea,
    semantics   int2        not null,
    batch       uuid        not null,
    command     text,
    request     bytea,
    -- Every 256th row: the whole snapshot after it.
    snapshot    text,
    hash        bytea       not null check (length(hash) = 32),
    primary key (instance_id, seq, slot)
) with (autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.0);

create unique index history_command on history (instance_id, command, slot) where command is not null;

-- Work to be done later or elsewhere. Topics timer, signal and start are the engine's own. Acquiring moves due_at to the
-- lease's end: a leased job is simply due again when its lease runs out. A parked job is due at infinity.
create table job (
    instance_id uuid        not null,
    id          text        not null,
    slot        int2        not null,
    topic       text        not null,
    priority    int2        not null default 2 check (priority between 0 and 3),
    due_at      timestamptz not null,
    state       text        not null default 'waiting' check (state in ('waiting', 'parked')),
    -- Each acquisition counts: the number fences.
    attempt     int4        not null default 0,
    worker      text,
    name        text,
    path        text,
    payload     text        not null default 'null',
    -- Of a signal: the sending instance and its seq, which give the order per sender.
    sender      uuid,
    sender_seq  int8,
    sender_n    int4,
    retry       text,
    lease       interval,
    -- Of a working-day timer: the calendar it was computed with.
    calendar    bytea,
    -- Of a parked timer: what was left of it.
    remaining   interval,
    failure     text,
    created_at  timestamptz not null default clock_timestamp(),
    primary key (instance_id, id, slot),
    check (state <> 'parked' or due_at = 'infinity')
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0);

create index job_due on job (topic, priority, due_at);

create table child (
    instance_id uuid not null,
    invocation  text not null,
    n           int4 not null default 0,
    slot        int2 not null,
    child_id    uuid not null,
    workflow    text not null,
    state       text not null check (state in ('starting', 'active', 'done', 'failed', 'cancelled')),
    result      text,
    primary key (instance_id, invocation, n, slot)
);

-- The inbox: a projection of human invocations.
create table task (
    instance_id     uuid        not null,
    id              text        not null,
    slot            int2        not null,
    workflow        text        not null,
    name            text        not null,
    path            text        not null,
    title           jsonb       not null,
    state           text        not null check (state in ('open', 'claimed', 'parked', 'submitted', 'cancelled')),
    assignee        text,
    candidate_roles text[]      not null,
    candidate_users text[]      not null,
    priority        int4        not null default 0,
    form            jsonb,
    outcomes        jsonb       not null default '[]',
    input           jsonb       not null default 'null',
    due_at          timestamptz,
    created_at      timestamptz not null,
    closed_at       timestamptz,
    closed_by       text,
    outcome         text,
    primary key (instance_id, id, slot),
    check ((state = 'claimed') = (assignee is not null) or state in ('parked', 'submitted', 'cancelled')),
    check ((closed_at is not null) = (state in ('submitted', 'cancelled')))
);

create index task_assignee on task (assignee, created_at) where state = 'claimed';
create index task_open on task using gin (candidate_roles, candidate_users) where state = 'open';

-- Entries and exits of states tagged `stage`: dwell time, funnel.
create table visit (
    instance_id uuid        not null,
    path        text        not null,
    n           int4        not null,
    slot        int2        not null,
    workflow    text        not null,
    entered_at  timestamptz not null,
    left_at     timestamptz,
    primary key (instance_id, path, n, slot)
);

-- What got stuck: a command without a caller that was rejected. Its job is parked until somebody resolves it.
create table incident (
    instance_id uuid        not null,
    id          text        not null,
    slot        int2        not null,
    workflow    text        not null,
    job_id      text,
    code        text        not null,
    message     text        not null,
    detail      jsonb       not null default 'null',
    opened_at   timestamptz not null default clock_timestamp(),
    resolved_at timestamptz,
    resolved_by text,
    resolution  text,
    primary key (instance_id, id, slot)
);

create index incident_open on incident (opened_at) where resolved_at is null;

-- The in-app inbox of messages.
create table notice (
    instance_id uuid        not null,
    id          text        not null,
    slot        int2        not null,
    roles       text[]      not null,
    users       text[]      not null,
    subject     jsonb       not null,
    body        jsonb       not null default '{}',
    link        jsonb       not null default '{}',
    channels    text[]      not null default '{}',
    at          timestamptz not null,
    primary key (instance_id, id, slot)
);

create index notice_people on notice using gin (roles, users);
create index notice_at on notice (at);

create table calendar (
    name       text        not null,
    version    int4        not null,
    hash       bytea       not null unique check (length(hash) = 32),
    data       jsonb       not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (name, version)
);

create table app_user (
    name       text        primary key check (name ~ '^[A-Za-z0-9._@-]{1,128}$'),
    display    text        not null default '',
    disabled   boolean     not null default false,
    -- Holds every role that a deployed workflow names.
    bootstrap  boolean     not null default false,
    created_at timestamptz not null default clock_timestamp()
);

create table role (
    name  text  primary key check (name ~ '^[A-Za-z0-9._-]{1,64}$'),
    title jsonb not null default '{}'
);

create table user_role (
    user_name text not null references app_user (name) on delete cascade,
    role      text not null references role (name) on delete cascade,
    primary key (user_name, role)
);

-- API tokens, browser sessions and one-time sign-in links: only SHA-256 of the secret is kept.
create table token (
    hash       bytea       primary key check (length(hash) = 32),
    id         text        not null unique,
    kind       text        not null check (kind in ('api', 'session', 'link')),
    user_name  text        not null references app_user (name) on delete cascade,
    label      text        not null default '',
    scopes     text[]      not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    used_at    timestamptz
);

create table notice_read (
    user_name   text        not null references app_user (name) on delete cascade,
    instance_id uuid        not null,
    notice_id   text        not null,
    at          timestamptz not null default clock_timestamp(),
    primary key (user_name, instance_id, notice_id)
);
