-- Schema media, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS media;

CREATE TABLE media.publishing_default (
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    announce VARCHAR(8) NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_publishing_default PRIMARY KEY (creator_id),
    CONSTRAINT ck_publishing_default_announce CHECK (announce IN ('feed', 'message', 'both', 'none'))
);
CREATE INDEX ix_publishing_default_cluster ON media.publishing_default (cluster);

CREATE TABLE media.asset (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    creator_id UUID NOT NULL,
    uploader_user_id INTEGER,
    title VARCHAR(200) NOT NULL,
    caption TEXT NOT NULL,
    tags TEXT[] NOT NULL,
    audience VARCHAR(12) NOT NULL,
    price_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    performer_ids TEXT[] NOT NULL,
    announce VARCHAR(8) NOT NULL,
    filename TEXT NOT NULL,
    content_type VARCHAR(120) NOT NULL,
    size BIGINT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    source_key TEXT NOT NULL,
    clean_key TEXT,
    idempotency_key VARCHAR(200),
    scan_state VARCHAR(12) NOT NULL,
    scan_reasons TEXT[] NOT NULL,
    records_state VARCHAR(12) NOT NULL,
    records_reasons TEXT[] NOT NULL,
    encode_state VARCHAR(12) NOT NULL,
    failure TEXT NOT NULL,
    state VARCHAR(14) GENERATED ALWAYS AS (CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN scan_state = 'quarantined' THEN 'quarantined' WHEN encode_state = 'cancelled' THEN 'cancelled' WHEN encode_state = 'failed' THEN 'failed' WHEN published_at IS NOT NULL THEN 'published' WHEN scan_state = 'waiting' THEN 'uploaded' WHEN scan_state = 'scanning' THEN 'scanning' WHEN scan_state = 'unchecked' THEN 'unchecked' WHEN records_state = 'held' THEN 'needs_records' WHEN encode_state = 'done' AND publish_at IS NOT NULL THEN 'scheduled' WHEN encode_state = 'done' THEN 'ready' ELSE 'processing' END) STORED NOT NULL,
    kind VARCHAR(8),
    duration_ms INTEGER,
    width INTEGER,
    height INTEGER,
    thumbhash VARCHAR(60) NOT NULL,
    poster VARCHAR(200) NOT NULL,
    poster_drawn VARCHAR(200) NOT NULL,
    poster_problem TEXT NOT NULL,
    probe JSONB NOT NULL,
    stored_bytes BIGINT NOT NULL,
    processing_ms INTEGER,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ready_at TIMESTAMP WITH TIME ZONE,
    publish_at TIMESTAMP WITH TIME ZONE,
    published_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_reason TEXT NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate("left"(COALESCE(title::text, ''::text), 20000) || ' '::text || "left"(COALESCE(caption, ''::text), 20000), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż._-@/:+&#~=?'::text, 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz            '::text))) STORED,
    CONSTRAINT pk_asset PRIMARY KEY (id),
    CONSTRAINT ck_asset_price_not_negative CHECK (price_minor >= 0),
    CONSTRAINT ck_asset_price_only_when_ppv CHECK ((audience = 'ppv') = (price_minor > 0)),
    CONSTRAINT fk_asset_uploader_user_id FOREIGN KEY(uploader_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL,
    CONSTRAINT ck_asset_audience CHECK (audience IN ('public', 'subscribers', 'ppv')),
    CONSTRAINT ck_asset_announce CHECK (announce IN ('feed', 'message', 'both', 'none')),
    CONSTRAINT ck_asset_scan_state CHECK (scan_state IN ('waiting', 'scanning', 'unchecked', 'cleared', 'quarantined', 'refused')),
    CONSTRAINT ck_asset_records_state CHECK (records_state IN ('waiting', 'released', 'held')),
    CONSTRAINT ck_asset_encode_state CHECK (encode_state IN ('waiting', 'queued', 'done', 'failed', 'cancelled'))
);
CREATE INDEX ix_asset_cluster ON media.asset (cluster);
CREATE INDEX ix_asset_created_at ON media.asset (created_at);
CREATE INDEX ix_asset_creator_id_id ON media.asset (creator_id, id);
CREATE INDEX ix_asset_publish_at ON media.asset (publish_at) WHERE publish_at IS NOT NULL;
CREATE INDEX ix_asset_published_at ON media.asset (published_at);
CREATE INDEX ix_asset_sha256 ON media.asset (sha256);
CREATE INDEX ix_asset_state ON media.asset (state);
CREATE INDEX ix_asset_uploader_user_id ON media.asset (uploader_user_id);
CREATE INDEX ix_asset_words ON media.asset USING gin (words);
CREATE UNIQUE INDEX uq_asset_idempotency ON media.asset (creator_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE media.rendition (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    asset_id UUID NOT NULL,
    purpose VARCHAR(12) NOT NULL,
    name VARCHAR(40) NOT NULL,
    path TEXT NOT NULL,
    content_type VARCHAR(80) NOT NULL,
    width INTEGER,
    height INTEGER,
    bit_rate INTEGER,
    files INTEGER NOT NULL,
    size BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_rendition PRIMARY KEY (id),
    CONSTRAINT uq_rendition_asset_id_path UNIQUE (asset_id, path),
    CONSTRAINT fk_rendition_asset_id FOREIGN KEY(asset_id) REFERENCES media.asset (id) ON DELETE CASCADE
);
CREATE INDEX ix_rendition_asset_id ON media.rendition (asset_id);
CREATE INDEX ix_rendition_cluster ON media.rendition (cluster);
CREATE INDEX ix_rendition_created_at ON media.rendition (created_at);
CREATE INDEX ix_rendition_purpose ON media.rendition (purpose);
