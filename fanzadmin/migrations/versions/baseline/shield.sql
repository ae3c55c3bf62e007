-- Schema shield, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS shield;

CREATE TABLE shield.verdict (
    id UUID NOT NULL,
    asset_id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    title TEXT NOT NULL,
    filename TEXT NOT NULL,
    content_type VARCHAR(200) NOT NULL,
    source_key TEXT NOT NULL,
    outcome VARCHAR(10) NOT NULL,
    reasons JSONB NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    size BIGINT NOT NULL,
    format VARCHAR(20) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    mime VARCHAR(60) NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    duration_ms BIGINT NOT NULL,
    removed JSONB NOT NULL,
    trailing_bytes BIGINT NOT NULL,
    clean_key TEXT NOT NULL,
    clean_sha256 VARCHAR(64) NOT NULL,
    clean_size BIGINT NOT NULL,
    quarantine_key TEXT NOT NULL,
    scan_ms INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_verdict PRIMARY KEY (id),
    CONSTRAINT uq_verdict_asset_id UNIQUE (asset_id),
    CONSTRAINT ck_verdict_outcome CHECK (outcome IN ('waiting', 'clean', 'blocked', 'refused', 'failed'))
);
CREATE INDEX ix_verdict_clean_sha256 ON shield.verdict (clean_sha256);
CREATE INDEX ix_verdict_cluster ON shield.verdict (cluster);
CREATE INDEX ix_verdict_created_at ON shield.verdict (created_at);
CREATE INDEX ix_verdict_creator_id ON shield.verdict (creator_id);
CREATE INDEX ix_verdict_outcome_created_at ON shield.verdict (outcome, created_at);
CREATE INDEX ix_verdict_sha256 ON shield.verdict (sha256);

CREATE TABLE shield.blocked_hash (
    id UUID NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    author_user_id INTEGER,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_blocked_hash PRIMARY KEY (id),
    CONSTRAINT ck_blocked_hash_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT uq_blocked_hash_sha256 UNIQUE (sha256),
    CONSTRAINT fk_blocked_hash_author_user_id FOREIGN KEY(author_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_blocked_hash_author_user_id ON shield.blocked_hash (author_user_id);
CREATE INDEX ix_blocked_hash_created_at ON shield.blocked_hash (created_at);

CREATE TABLE shield.incident (
    id UUID NOT NULL,
    cluster VARCHAR(40),
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    code VARCHAR(40) NOT NULL,
    severity VARCHAR(10) NOT NULL,
    state VARCHAR(10) NOT NULL,
    about_kind VARCHAR(20) NOT NULL,
    about_id VARCHAR(64) NOT NULL,
    creator_id UUID,
    opened_by TEXT NOT NULL,
    assignee_user_id INTEGER,
    assignee TEXT NOT NULL,
    outcome VARCHAR(20),
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_incident PRIMARY KEY (id),
    CONSTRAINT ck_incident_resolved CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
    CONSTRAINT ck_incident_severity CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    CONSTRAINT ck_incident_state CHECK (state IN ('open', 'assigned', 'resolved')),
    CONSTRAINT fk_incident_assignee_user_id FOREIGN KEY(assignee_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_incident_about_kind_about_id ON shield.incident (about_kind, about_id);
CREATE INDEX ix_incident_assignee_user_id ON shield.incident (assignee_user_id);
CREATE INDEX ix_incident_cluster ON shield.incident (cluster);
CREATE INDEX ix_incident_created_at ON shield.incident (created_at);
CREATE INDEX ix_incident_creator_id ON shield.incident (creator_id);
CREATE INDEX ix_incident_resolved_at ON shield.incident (resolved_at);
CREATE INDEX ix_incident_unresolved ON shield.incident (severity) WHERE state <> 'resolved';

CREATE TABLE shield.incident_note (
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    kind VARCHAR(10) NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_incident_note PRIMARY KEY (id),
    CONSTRAINT fk_incident_note_incident_id FOREIGN KEY(incident_id) REFERENCES shield.incident (id) ON DELETE CASCADE,
    CONSTRAINT ck_incident_note_kind CHECK (kind IN ('opened', 'assigned', 'note', 'resolved', 'reopened'))
);
CREATE INDEX ix_incident_note_created_at ON shield.incident_note (created_at);
CREATE INDEX ix_incident_note_incident_id ON shield.incident_note (incident_id);
