-- Schema biolink, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS biolink;

CREATE TABLE biolink.click (
    link_id UUID NOT NULL,
    id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    country VARCHAR(2) NOT NULL,
    device VARCHAR(10) NOT NULL,
    referrer VARCHAR(253) NOT NULL,
    is_bot BOOLEAN NOT NULL,
    bot_reason VARCHAR(40) NOT NULL,
    is_unique BOOLEAN NOT NULL,
    visitor BYTEA NOT NULL,
    CONSTRAINT pk_click PRIMARY KEY (id),
    CONSTRAINT ck_click_device CHECK (device IN ('phone', 'tablet', 'desktop', 'other'))
) PARTITION BY RANGE (id);
CREATE TABLE biolink.click_default PARTITION OF biolink.click DEFAULT;
CREATE INDEX ix_click_at ON biolink.click (at);
CREATE INDEX ix_click_country_at ON biolink.click (country, at);
CREATE INDEX ix_click_creator_id_at ON biolink.click (creator_id, at);
CREATE INDEX ix_click_link_id_at ON biolink.click (link_id, at);
CREATE INDEX ix_click_link_id_visitor ON biolink.click (link_id, visitor);
CREATE INDEX ix_click_referrer_at ON biolink.click (referrer, at);

CREATE TABLE biolink.page (
    id UUID NOT NULL,
    creator_id UUID NOT NULL,
    handle VARCHAR(40) NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    title VARCHAR(80) NOT NULL,
    about TEXT NOT NULL,
    theme VARCHAR(20) NOT NULL,
    state VARCHAR(10) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_page PRIMARY KEY (id),
    CONSTRAINT uq_page_creator_id UNIQUE (creator_id),
    CONSTRAINT uq_page_handle UNIQUE (handle),
    CONSTRAINT ck_page_state CHECK (state IN ('live', 'hidden'))
);
CREATE INDEX ix_page_cluster ON biolink.page (cluster);
CREATE INDEX ix_page_created_at ON biolink.page (created_at);

CREATE TABLE biolink.salt (
    day DATE NOT NULL,
    salt BYTEA NOT NULL,
    CONSTRAINT pk_salt PRIMARY KEY (day)
);

CREATE TABLE biolink.view (
    page_id UUID NOT NULL,
    id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    country VARCHAR(2) NOT NULL,
    device VARCHAR(10) NOT NULL,
    referrer VARCHAR(253) NOT NULL,
    is_bot BOOLEAN NOT NULL,
    bot_reason VARCHAR(40) NOT NULL,
    is_unique BOOLEAN NOT NULL,
    visitor BYTEA NOT NULL,
    CONSTRAINT pk_view PRIMARY KEY (id),
    CONSTRAINT ck_view_device CHECK (device IN ('phone', 'tablet', 'desktop', 'other'))
) PARTITION BY RANGE (id);
CREATE TABLE biolink.view_default PARTITION OF biolink.view DEFAULT;
CREATE INDEX ix_view_at ON biolink.view (at);
CREATE INDEX ix_view_creator_id_at ON biolink.view (creator_id, at);
CREATE INDEX ix_view_page_id_visitor ON biolink.view (page_id, visitor);

CREATE TABLE biolink.short_link (
    id UUID NOT NULL,
    slug VARCHAR(40) NOT NULL,
    target VARCHAR(2000) NOT NULL,
    own_path VARCHAR(80) DEFAULT '' NOT NULL,
    is_broken BOOLEAN DEFAULT false NOT NULL,
    title VARCHAR(120) NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    asset_id UUID,
    clicks INTEGER NOT NULL,
    state VARCHAR(10) NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    created_by INTEGER,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_short_link PRIMARY KEY (id),
    CONSTRAINT uq_short_link_slug UNIQUE (slug),
    CONSTRAINT ck_short_link_state CHECK (state IN ('active', 'retired')),
    CONSTRAINT fk_short_link_created_by FOREIGN KEY(created_by) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_short_link_asset_id ON biolink.short_link (asset_id);
CREATE INDEX ix_short_link_cluster ON biolink.short_link (cluster);
CREATE INDEX ix_short_link_created_at ON biolink.short_link (created_at);
CREATE INDEX ix_short_link_created_by ON biolink.short_link (created_by);
CREATE INDEX ix_short_link_creator_id_created_at ON biolink.short_link (creator_id, created_at);
CREATE INDEX ix_short_link_own_path ON biolink.short_link (own_path);

CREATE TABLE biolink.block (
    id UUID NOT NULL,
    page_id UUID NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR(10) NOT NULL,
    title TEXT NOT NULL,
    url VARCHAR(2000) NOT NULL,
    asset_id UUID,
    link_id UUID,
    visible BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_block PRIMARY KEY (id),
    CONSTRAINT uq_block_page_id_asset_id UNIQUE (page_id, asset_id),
    CONSTRAINT fk_block_page_id FOREIGN KEY(page_id) REFERENCES biolink.page (id) ON DELETE CASCADE,
    CONSTRAINT ck_block_kind CHECK (kind IN ('item', 'link', 'heading', 'text')),
    CONSTRAINT fk_block_link_id FOREIGN KEY(link_id) REFERENCES biolink.short_link (id)
);
CREATE INDEX ix_block_asset_id ON biolink.block (asset_id);
CREATE INDEX ix_block_created_at ON biolink.block (created_at);
CREATE INDEX ix_block_link_id ON biolink.block (link_id);
CREATE INDEX ix_block_page_id_position ON biolink.block (page_id, position);
