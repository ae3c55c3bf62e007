-- Schema compliance, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS compliance;

CREATE TABLE compliance.asset_review (
    id UUID NOT NULL,
    asset_id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    title TEXT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    produced_on DATE,
    acts TEXT[] NOT NULL,
    state VARCHAR(10) NOT NULL,
    reasons JSONB NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_asset_review PRIMARY KEY (id),
    CONSTRAINT uq_asset_review_asset_id UNIQUE (asset_id),
    CONSTRAINT ck_asset_review_state CHECK (state IN ('held', 'released'))
);
CREATE INDEX ix_asset_review_cluster ON compliance.asset_review (cluster);
CREATE INDEX ix_asset_review_created_at ON compliance.asset_review (created_at);
CREATE INDEX ix_asset_review_creator_id ON compliance.asset_review (creator_id);
CREATE INDEX ix_asset_review_state_created_at ON compliance.asset_review (state, created_at);

CREATE TABLE compliance.custodian (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    organisation TEXT NOT NULL,
    street_address TEXT NOT NULL,
    hours TEXT NOT NULL,
    since DATE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_custodian PRIMARY KEY (id),
    CONSTRAINT uq_custodian_cluster_since UNIQUE (cluster, since)
);
CREATE INDEX ix_custodian_cluster ON compliance.custodian (cluster);
CREATE INDEX ix_custodian_created_at ON compliance.custodian (created_at);

CREATE TABLE compliance.depiction (
    id UUID NOT NULL,
    review_id UUID NOT NULL,
    performer_id UUID NOT NULL,
    place INTEGER NOT NULL,
    CONSTRAINT pk_depiction PRIMARY KEY (id),
    CONSTRAINT uq_depiction_review_id_performer_id UNIQUE (review_id, performer_id),
    CONSTRAINT fk_depiction_review_id FOREIGN KEY(review_id) REFERENCES compliance.asset_review (id) ON DELETE CASCADE
);
CREATE INDEX ix_depiction_performer_id ON compliance.depiction (performer_id);

CREATE TABLE compliance.performer (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    creator_id UUID NOT NULL,
    is_self BOOLEAN NOT NULL,
    stage_name TEXT NOT NULL,
    legal_name TEXT NOT NULL,
    born_on DATE NOT NULL,
    state VARCHAR(12) NOT NULL,
    state_reason TEXT NOT NULL,
    valid_until DATE,
    registered_by TEXT NOT NULL,
    registered_by_user_id INTEGER,
    decided_by TEXT NOT NULL,
    decided_by_user_id INTEGER,
    decided_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_performer PRIMARY KEY (id),
    CONSTRAINT ck_performer_state CHECK (state IN ('unverified', 'pending', 'verified', 'expired', 'rejected')),
    CONSTRAINT fk_performer_registered_by_user_id FOREIGN KEY(registered_by_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL,
    CONSTRAINT fk_performer_decided_by_user_id FOREIGN KEY(decided_by_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_performer_cluster ON compliance.performer (cluster);
CREATE INDEX ix_performer_created_at ON compliance.performer (created_at);
CREATE INDEX ix_performer_creator_id ON compliance.performer (creator_id);
CREATE INDEX ix_performer_decided_by_user_id ON compliance.performer (decided_by_user_id);
CREATE INDEX ix_performer_registered_by_user_id ON compliance.performer (registered_by_user_id);
CREATE INDEX ix_performer_state ON compliance.performer (state);
CREATE INDEX ix_performer_valid_until ON compliance.performer (valid_until);
CREATE UNIQUE INDEX uq_performer_self ON compliance.performer (creator_id) WHERE is_self;

CREATE TABLE compliance.consent (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    asset_id UUID NOT NULL,
    performer_id UUID NOT NULL,
    acts TEXT[] NOT NULL,
    distribution TEXT[] NOT NULL,
    clusters TEXT[] NOT NULL,
    territories TEXT[] NOT NULL,
    ends_on DATE,
    source VARCHAR(12) NOT NULL,
    text_version VARCHAR(20) NOT NULL,
    evidence TEXT NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    given_by TEXT NOT NULL,
    given_by_user_id INTEGER,
    confirmed_by TEXT NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_by TEXT NOT NULL,
    revoke_reason TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_consent PRIMARY KEY (id),
    CONSTRAINT fk_consent_performer_id FOREIGN KEY(performer_id) REFERENCES compliance.performer (id) ON DELETE RESTRICT,
    CONSTRAINT fk_consent_given_by_user_id FOREIGN KEY(given_by_user_id) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_consent_asset_id ON compliance.consent (asset_id);
CREATE INDEX ix_consent_cluster ON compliance.consent (cluster);
CREATE INDEX ix_consent_created_at ON compliance.consent (created_at);
CREATE INDEX ix_consent_ends_on ON compliance.consent (ends_on);
CREATE INDEX ix_consent_given_by_user_id ON compliance.consent (given_by_user_id);
CREATE INDEX ix_consent_performer_id ON compliance.consent (performer_id);
CREATE UNIQUE INDEX uq_consent_standing ON compliance.consent (asset_id, performer_id) WHERE revoked_at IS NULL;

CREATE TABLE compliance.identity_document (
    id UUID NOT NULL,
    performer_id UUID NOT NULL,
    kind VARCHAR(20) NOT NULL,
    country VARCHAR(2) NOT NULL,
    number_hash VARCHAR(64) NOT NULL,
    number_last4 VARCHAR(4) NOT NULL,
    expires_on DATE NOT NULL,
    copy_key TEXT NOT NULL,
    copy_sha256 VARCHAR(64) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_identity_document PRIMARY KEY (id),
    CONSTRAINT fk_identity_document_performer_id FOREIGN KEY(performer_id) REFERENCES compliance.performer (id) ON DELETE CASCADE,
    CONSTRAINT ck_identity_document_kind CHECK (kind IN ('passport', 'identity_card', 'driving_licence', 'residence_permit'))
);
CREATE INDEX ix_identity_document_created_at ON compliance.identity_document (created_at);
CREATE INDEX ix_identity_document_expires_on ON compliance.identity_document (expires_on);
CREATE INDEX ix_identity_document_number_hash ON compliance.identity_document (number_hash);
CREATE INDEX ix_identity_document_performer_id ON compliance.identity_document (performer_id);

CREATE TABLE compliance.performer_alias (
    id UUID NOT NULL,
    performer_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind VARCHAR(12) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_performer_alias PRIMARY KEY (id),
    CONSTRAINT uq_performer_alias_performer_id_name UNIQUE (performer_id, name),
    CONSTRAINT fk_performer_alias_performer_id FOREIGN KEY(performer_id) REFERENCES compliance.performer (id) ON DELETE CASCADE
);
CREATE INDEX ix_performer_alias_created_at ON compliance.performer_alias (created_at);
CREATE INDEX ix_performer_alias_name ON compliance.performer_alias (name);
