-- Schema kernel, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS kernel;

CREATE TABLE kernel.cron_run (
    job VARCHAR(80) NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_cron_run PRIMARY KEY (job)
);

CREATE TABLE kernel.idempotency (
    actor_id INTEGER NOT NULL,
    key VARCHAR(64) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    answer BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_idempotency PRIMARY KEY (actor_id, key)
);
CREATE INDEX ix_idempotency_created_at ON kernel.idempotency (created_at);

CREATE TABLE kernel.inbox (
    consumer VARCHAR(40) NOT NULL,
    event_id UUID NOT NULL,
    type VARCHAR(80) NOT NULL,
    subject TEXT NOT NULL,
    trace_id VARCHAR(32) NOT NULL,
    state VARCHAR(10) NOT NULL,
    attempts INTEGER NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    retry_at TIMESTAMP WITH TIME ZONE,
    error TEXT,
    principal VARCHAR(60) NOT NULL CONSTRAINT ck_inbox_principal CHECK (principal ~ '^(person|service|system):.'),
    real_principal VARCHAR(60),
    on_behalf_of VARCHAR(60),
    way VARCHAR(10) NOT NULL,
    span_id VARCHAR(16) NOT NULL,
    parent_span_id VARCHAR(16),
    CONSTRAINT pk_inbox PRIMARY KEY (consumer, event_id),
    CONSTRAINT ck_inbox_state CHECK (state IN ('done', 'retrying', 'dead')),
    CONSTRAINT ck_inbox_way CHECK (way IN ('session', 'key', 'job', 'delivery', 'command', 'socket'))
) PARTITION BY RANGE (event_id);
CREATE TABLE kernel.inbox_default PARTITION OF kernel.inbox DEFAULT;
CREATE INDEX ix_inbox_dead ON kernel.inbox (first_at) WHERE state = 'dead';
CREATE INDEX ix_inbox_event_id ON kernel.inbox (event_id);
CREATE INDEX ix_inbox_first_at ON kernel.inbox (first_at);
CREATE INDEX ix_inbox_trace_id ON kernel.inbox (trace_id);
CREATE INDEX ix_inbox_type_first_at ON kernel.inbox (type, first_at);
CREATE INDEX ix_inbox_unfinished ON kernel.inbox (consumer, subject) WHERE state = 'retrying';

CREATE TABLE kernel.open_task (
    name VARCHAR(80) NOT NULL,
    subject TEXT NOT NULL,
    task_id UUID NOT NULL,
    CONSTRAINT pk_open_task PRIMARY KEY (name, subject)
);

CREATE TABLE kernel.outbox (
    id UUID NOT NULL,
    time TIMESTAMP WITH TIME ZONE NOT NULL,
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    type VARCHAR(80) NOT NULL,
    source VARCHAR(80) NOT NULL,
    subject TEXT NOT NULL,
    cluster VARCHAR(40),
    traceparent VARCHAR(55) NOT NULL,
    trace_id VARCHAR(32) NOT NULL,
    actor TEXT NOT NULL,
    actor_id INTEGER,
    data JSONB NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    principal VARCHAR(60) NOT NULL CONSTRAINT ck_outbox_principal CHECK (principal ~ '^(person|service|system):.'),
    real_principal VARCHAR(60),
    on_behalf_of VARCHAR(60),
    way VARCHAR(10) NOT NULL,
    span_id VARCHAR(16) NOT NULL,
    parent_span_id VARCHAR(16),
    CONSTRAINT pk_outbox PRIMARY KEY (id, time),
    CONSTRAINT ck_outbox_way CHECK (way IN ('session', 'key', 'job', 'delivery', 'command', 'socket'))
) PARTITION BY RANGE (time);
CREATE TABLE kernel.outbox_default PARTITION OF kernel.outbox DEFAULT;
CREATE INDEX ix_outbox_subject ON kernel.outbox (subject);
CREATE INDEX ix_outbox_time ON kernel.outbox (time);
CREATE INDEX ix_outbox_trace_id ON kernel.outbox (trace_id);
CREATE INDEX ix_outbox_type_time ON kernel.outbox (type, time);
CREATE INDEX ix_outbox_waiting ON kernel.outbox (seq) WHERE published_at IS NULL;

CREATE TABLE kernel.task (
    id UUID NOT NULL,
    name VARCHAR(80) NOT NULL,
    subject TEXT NOT NULL,
    queue VARCHAR(20) NOT NULL,
    title TEXT NOT NULL,
    state VARCHAR(10) NOT NULL,
    percent INTEGER NOT NULL,
    message TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    owner_user_id INTEGER,
    actor TEXT NOT NULL,
    trace_id VARCHAR(32) NOT NULL,
    cancel_requested BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    heartbeat_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    place INTEGER,
    expected_at TIMESTAMP WITH TIME ZONE,
    error TEXT,
    principal VARCHAR(60) NOT NULL CONSTRAINT ck_task_principal CHECK (principal ~ '^(person|service|system):.'),
    real_principal VARCHAR(60),
    on_behalf_of VARCHAR(60),
    way VARCHAR(10) NOT NULL,
    span_id VARCHAR(16) NOT NULL,
    parent_span_id VARCHAR(16),
    CONSTRAINT pk_task PRIMARY KEY (id),
    CONSTRAINT ck_task_state CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT fk_task_owner_user_id FOREIGN KEY(owner_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL,
    CONSTRAINT ck_task_way CHECK (way IN ('session', 'key', 'job', 'delivery', 'command', 'socket'))
) PARTITION BY RANGE (id);
CREATE TABLE kernel.task_default PARTITION OF kernel.task DEFAULT;
CREATE INDEX ix_task_created_at ON kernel.task (created_at);
CREATE INDEX ix_task_due ON kernel.task (due_at) WHERE state IN ('waiting', 'running');
CREATE INDEX ix_task_owner_user_id ON kernel.task (owner_user_id);
CREATE INDEX ix_task_subject ON kernel.task (subject);
CREATE INDEX ix_task_trace_id ON kernel.task (trace_id);
