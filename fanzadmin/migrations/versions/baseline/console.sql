-- Schema console, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS console;

CREATE TABLE console.approval (
    id UUID NOT NULL,
    action VARCHAR(40) NOT NULL,
    title TEXT NOT NULL,
    lines JSONB NOT NULL,
    arguments JSONB NOT NULL,
    record_keys JSONB NOT NULL,
    resource VARCHAR(80) NOT NULL,
    permission VARCHAR(40) NOT NULL,
    cluster VARCHAR(40),
    reason TEXT NOT NULL,
    state VARCHAR(10) NOT NULL,
    requested_by_id INTEGER,
    requested_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by_id INTEGER,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    answer TEXT NOT NULL,
    outcome TEXT NOT NULL,
    CONSTRAINT pk_approval PRIMARY KEY (id),
    CONSTRAINT ck_approval_two_people CHECK (decided_by_id <> requested_by_id OR state = 'withdrawn'),
    CONSTRAINT ck_approval_state CHECK (state IN ('waiting', 'done', 'refused', 'failed', 'expired', 'withdrawn')),
    CONSTRAINT fk_approval_requested_by_id FOREIGN KEY(requested_by_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_approval_created_at ON console.approval (created_at);
CREATE INDEX ix_approval_requested_by_id ON console.approval (requested_by_id);
CREATE INDEX ix_approval_state ON console.approval (state);
CREATE INDEX ix_approval_waiting ON console.approval (resource, permission) WHERE state = 'waiting';

CREATE TABLE console.batch (
    id UUID NOT NULL,
    kind VARCHAR(40) NOT NULL,
    console VARCHAR(80) NOT NULL,
    title TEXT NOT NULL,
    arguments TEXT NOT NULL,
    chosen JSONB,
    options JSONB NOT NULL,
    owner_user_id INTEGER,
    task_id UUID,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    link TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_batch PRIMARY KEY (id),
    CONSTRAINT fk_batch_owner_user_id FOREIGN KEY(owner_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_batch_created_at ON console.batch (created_at);
CREATE INDEX ix_batch_expires_at ON console.batch (expires_at);
CREATE INDEX ix_batch_owner_user_id ON console.batch (owner_user_id);
CREATE INDEX ix_batch_task_id ON console.batch (task_id);

CREATE TABLE console.comment (
    id UUID NOT NULL,
    table_name VARCHAR(80) NOT NULL,
    record_id TEXT NOT NULL,
    console VARCHAR(80) NOT NULL,
    title TEXT NOT NULL,
    author_id INTEGER,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    edited_at TIMESTAMP WITH TIME ZONE,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_comment PRIMARY KEY (id),
    CONSTRAINT fk_comment_author_id FOREIGN KEY(author_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_comment_author_id ON console.comment (author_id);
CREATE INDEX ix_comment_created_at ON console.comment (created_at);
CREATE INDEX ix_comment_record ON console.comment (table_name, record_id, id);

CREATE TABLE console.saved_view (
    id UUID NOT NULL,
    console VARCHAR(80) NOT NULL,
    owner_user_id INTEGER NOT NULL,
    name VARCHAR(60) NOT NULL,
    role VARCHAR(64),
    arguments JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_saved_view PRIMARY KEY (id),
    CONSTRAINT uq_saved_view_name UNIQUE (owner_user_id, console, name),
    CONSTRAINT fk_saved_view_owner_user_id FOREIGN KEY(owner_user_id) REFERENCES security.ab_user (id) ON DELETE CASCADE
);
CREATE INDEX ix_saved_view_console ON console.saved_view (console);
CREATE INDEX ix_saved_view_created_at ON console.saved_view (created_at);

CREATE TABLE console.batch_row (
    batch_id UUID NOT NULL,
    number BIGINT NOT NULL,
    record_id TEXT,
    outcome VARCHAR(10) NOT NULL,
    sentence TEXT DEFAULT '' NOT NULL,
    before JSONB,
    after JSONB,
    CONSTRAINT pk_batch_row PRIMARY KEY (batch_id, number),
    CONSTRAINT fk_batch_row_batch_id FOREIGN KEY(batch_id) REFERENCES console.batch (id) ON DELETE CASCADE
);
CREATE INDEX ix_batch_row_outcome ON console.batch_row (batch_id, outcome, number);

CREATE TABLE console.default_view (
    user_id INTEGER NOT NULL,
    console VARCHAR(80) NOT NULL,
    view_id UUID NOT NULL,
    CONSTRAINT pk_default_view PRIMARY KEY (user_id, console),
    CONSTRAINT fk_default_view_user_id FOREIGN KEY(user_id) REFERENCES security.ab_user (id) ON DELETE CASCADE,
    CONSTRAINT fk_default_view_view_id FOREIGN KEY(view_id) REFERENCES console.saved_view (id) ON DELETE CASCADE
);
CREATE INDEX ix_default_view_view_id ON console.default_view (view_id);

CREATE TABLE console.mention (
    comment_id UUID NOT NULL,
    user_id INTEGER NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_mention PRIMARY KEY (comment_id, user_id),
    CONSTRAINT fk_mention_comment_id FOREIGN KEY(comment_id) REFERENCES console.comment (id) ON DELETE CASCADE,
    CONSTRAINT fk_mention_user_id FOREIGN KEY(user_id) REFERENCES security.ab_user (id) ON DELETE CASCADE
);
CREATE INDEX ix_mention_user ON console.mention (user_id, comment_id);
