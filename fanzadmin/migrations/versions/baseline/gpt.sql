-- Schema gpt, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS gpt;

CREATE TABLE gpt.asset_history (
    asset_id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    post_id UUID,
    title TEXT NOT NULL,
    caption TEXT NOT NULL,
    tags TEXT[] NOT NULL,
    tag_words TEXT NOT NULL,
    kind VARCHAR(12) NOT NULL,
    audience VARCHAR(12) NOT NULL,
    price_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    likes BIGINT DEFAULT 0 NOT NULL,
    comments BIGINT DEFAULT 0 NOT NULL,
    shares BIGINT DEFAULT 0 NOT NULL,
    clicks BIGINT DEFAULT 0 NOT NULL,
    unlocks BIGINT DEFAULT 0 NOT NULL,
    earned_minor BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (setweight(to_tsvector('simple'::regconfig, title), 'A'::"char") || setweight(to_tsvector('simple'::regconfig, tag_words), 'B'::"char") || setweight(to_tsvector('simple'::regconfig, caption), 'C'::"char")) STORED NOT NULL,
    CONSTRAINT pk_asset_history PRIMARY KEY (asset_id)
);
CREATE INDEX ix_asset_history_cluster_published_at ON gpt.asset_history (cluster, published_at);
CREATE INDEX ix_asset_history_created_at ON gpt.asset_history (created_at);
CREATE INDEX ix_asset_history_creator_id_published_at ON gpt.asset_history (creator_id, published_at);
CREATE INDEX ix_asset_history_post_id ON gpt.asset_history (post_id);
CREATE INDEX ix_asset_history_words ON gpt.asset_history USING gin (words);

CREATE TABLE gpt.post_history (
    post_id UUID NOT NULL,
    asset_id UUID,
    likes BIGINT DEFAULT 0 NOT NULL,
    comments BIGINT DEFAULT 0 NOT NULL,
    shares BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_post_history PRIMARY KEY (post_id)
);
CREATE INDEX ix_post_history_asset_id ON gpt.post_history (asset_id);

CREATE TABLE gpt.preference (
    creator_id UUID NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    CONSTRAINT pk_preference PRIMARY KEY (creator_id)
);

CREATE TABLE gpt.suggestion (
    id UUID NOT NULL,
    asset_id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    title TEXT NOT NULL,
    kind VARCHAR(10) NOT NULL,
    value JSONB NOT NULL,
    reason TEXT NOT NULL,
    score FLOAT NOT NULL,
    evidence JSONB NOT NULL,
    state VARCHAR(10) NOT NULL,
    provider VARCHAR(40) NOT NULL,
    model VARCHAR(60) NOT NULL,
    cost_minor BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_suggestion PRIMARY KEY (id)
);
CREATE INDEX ix_suggestion_cluster ON gpt.suggestion (cluster);
CREATE INDEX ix_suggestion_created_at ON gpt.suggestion (created_at);
CREATE INDEX ix_suggestion_creator_id_state ON gpt.suggestion (creator_id, state);
CREATE INDEX ix_suggestion_state ON gpt.suggestion (state);
CREATE UNIQUE INDEX uq_suggestion_asset_id_kind ON gpt.suggestion (asset_id, kind);
