-- Schema finance, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models.

CREATE SCHEMA IF NOT EXISTS finance;

CREATE TABLE finance.account (
    id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    code VARCHAR(40) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    title TEXT NOT NULL,
    creator_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_id_currency UNIQUE (id, currency),
    CONSTRAINT ck_account_kind CHECK (kind IN ('asset', 'liability', 'revenue', 'expense'))
);
CREATE INDEX ix_account_created_at ON finance.account (created_at);
CREATE INDEX ix_account_creator_id ON finance.account (creator_id);
CREATE UNIQUE INDEX uq_account_chart ON finance.account (cluster, currency, code, creator_id) NULLS NOT DISTINCT;

CREATE TABLE finance.journal_entry (
    id UUID NOT NULL,
    reference VARCHAR(120) NOT NULL,
    template VARCHAR(40) NOT NULL,
    rule_version INTEGER,
    cluster VARCHAR(40) NOT NULL,
    description TEXT NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reverses_id UUID,
    CONSTRAINT pk_journal_entry PRIMARY KEY (id),
    CONSTRAINT uq_journal_entry_reference UNIQUE (reference),
    CONSTRAINT fk_journal_entry_reverses_id FOREIGN KEY(reverses_id) REFERENCES finance.journal_entry (id)
);
CREATE INDEX ix_journal_entry_cluster_effective_at ON finance.journal_entry (cluster, effective_at);
CREATE INDEX ix_journal_entry_effective_at ON finance.journal_entry (effective_at);
CREATE INDEX ix_journal_entry_template_id ON finance.journal_entry (template, id);
CREATE UNIQUE INDEX uq_journal_entry_reverses_id ON finance.journal_entry (reverses_id);

CREATE TABLE finance.subscription (
    id UUID NOT NULL,
    fan_id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    price_minor BIGINT NOT NULL,
    state VARCHAR(10) NOT NULL,
    instrument VARCHAR(120) NOT NULL,
    failed_renewals INTEGER NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    paid_until TIMESTAMP WITH TIME ZONE NOT NULL,
    next_charge_at TIMESTAMP WITH TIME ZONE NOT NULL,
    paused_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_subscription PRIMARY KEY (id),
    CONSTRAINT ck_subscription_price_minor CHECK (price_minor >= 0),
    CONSTRAINT ck_subscription_state CHECK (state IN ('active', 'past_due', 'cancelled', 'ended'))
);
CREATE INDEX ix_subscription_cluster ON finance.subscription (cluster);
CREATE INDEX ix_subscription_creator_id_id ON finance.subscription (creator_id, id);
CREATE INDEX ix_subscription_due ON finance.subscription (next_charge_at) WHERE ended_at IS NULL;
CREATE INDEX ix_subscription_ended_at ON finance.subscription (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX ix_subscription_fan_id ON finance.subscription (fan_id);
CREATE INDEX ix_subscription_paid_until ON finance.subscription (paid_until);
CREATE INDEX ix_subscription_paused ON finance.subscription (creator_id) WHERE paused_at IS NOT NULL;
CREATE INDEX ix_subscription_running ON finance.subscription (cluster) INCLUDE (currency, price_minor) WHERE ended_at IS NULL;
CREATE INDEX ix_subscription_started_at ON finance.subscription (started_at);
CREATE INDEX ix_subscription_state_id ON finance.subscription (state, id);
CREATE UNIQUE INDEX uq_subscription_running ON finance.subscription (creator_id, fan_id) WHERE ended_at IS NULL;

CREATE TABLE finance.payment (
    id UUID NOT NULL,
    purpose VARCHAR(20) NOT NULL,
    state VARCHAR(10) NOT NULL,
    fan_id UUID NOT NULL,
    creator_id UUID NOT NULL,
    asset_id UUID,
    subscription_id UUID,
    cluster VARCHAR(40) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    gross_minor BIGINT NOT NULL,
    processor_fee_minor BIGINT NOT NULL,
    platform_fee_minor BIGINT NOT NULL,
    creator_minor BIGINT NOT NULL,
    rule_version INTEGER NOT NULL,
    adapter VARCHAR(20) NOT NULL,
    processor_reference VARCHAR(120),
    request_key VARCHAR(240),
    reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    refunded_at TIMESTAMP WITH TIME ZONE,
    refunded_by INTEGER,
    CONSTRAINT pk_payment PRIMARY KEY (id),
    CONSTRAINT ck_payment_gross_minor CHECK (gross_minor > 0),
    CONSTRAINT ck_payment_shares_sum_to_gross CHECK (gross_minor = processor_fee_minor + platform_fee_minor + creator_minor),
    CONSTRAINT ck_payment_purpose CHECK (purpose IN ('subscription', 'unlock', 'tip')),
    CONSTRAINT ck_payment_state CHECK (state IN ('pending', 'settled', 'declined', 'refunded')),
    CONSTRAINT fk_payment_subscription_id FOREIGN KEY(subscription_id) REFERENCES finance.subscription (id),
    CONSTRAINT fk_payment_refunded_by FOREIGN KEY(refunded_by) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_payment_asset_id ON finance.payment (asset_id);
CREATE INDEX ix_payment_cluster ON finance.payment (cluster);
CREATE INDEX ix_payment_created_at ON finance.payment (created_at);
CREATE INDEX ix_payment_creator_id_id ON finance.payment (creator_id, id);
CREATE INDEX ix_payment_fan_id_id ON finance.payment (fan_id, id);
CREATE INDEX ix_payment_gross_minor_id ON finance.payment (gross_minor, id);
CREATE INDEX ix_payment_processor_reference ON finance.payment (processor_reference) WHERE processor_reference IS NOT NULL;
CREATE INDEX ix_payment_refunded_at ON finance.payment (refunded_at) WHERE refunded_at IS NOT NULL;
CREATE INDEX ix_payment_refunded_by ON finance.payment (refunded_by);
CREATE INDEX ix_payment_settled ON finance.payment (settled_at) INCLUDE (cluster, currency, purpose, creator_id, gross_minor, processor_fee_minor, platform_fee_minor, creator_minor) WHERE state = 'settled';
CREATE INDEX ix_payment_settled_at ON finance.payment (settled_at);
CREATE INDEX ix_payment_state_id ON finance.payment (state, id);
CREATE INDEX ix_payment_subscription_id ON finance.payment (subscription_id);
CREATE UNIQUE INDEX uq_payment_request_key ON finance.payment (fan_id, request_key) WHERE state <> 'declined';
CREATE UNIQUE INDEX uq_payment_unlock ON finance.payment (fan_id, asset_id) WHERE purpose = 'unlock' AND state IN ('pending', 'settled');

CREATE TABLE finance.payout (
    id UUID NOT NULL,
    creator_id UUID NOT NULL,
    cluster VARCHAR(40) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    amount_minor BIGINT NOT NULL,
    state VARCHAR(10) NOT NULL,
    request_key VARCHAR(240),
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    requested_by INTEGER,
    approved_at TIMESTAMP WITH TIME ZONE,
    approved_by INTEGER,
    paid_at TIMESTAMP WITH TIME ZONE,
    paid_by INTEGER,
    refused_at TIMESTAMP WITH TIME ZONE,
    refused_by INTEGER,
    reason TEXT,
    CONSTRAINT pk_payout PRIMARY KEY (id),
    CONSTRAINT ck_payout_amount_minor CHECK (amount_minor > 0),
    CONSTRAINT ck_payout_state CHECK (state IN ('requested', 'approved', 'paid', 'refused')),
    CONSTRAINT fk_payout_requested_by FOREIGN KEY(requested_by) REFERENCES security.ab_user (id) ON DELETE SET NULL,
    CONSTRAINT fk_payout_approved_by FOREIGN KEY(approved_by) REFERENCES security.ab_user (id) ON DELETE SET NULL,
    CONSTRAINT fk_payout_paid_by FOREIGN KEY(paid_by) REFERENCES security.ab_user (id) ON DELETE SET NULL,
    CONSTRAINT fk_payout_refused_by FOREIGN KEY(refused_by) REFERENCES security.ab_user (id) ON DELETE SET NULL
);
CREATE INDEX ix_payout_approved_by ON finance.payout (approved_by);
CREATE INDEX ix_payout_cluster ON finance.payout (cluster);
CREATE INDEX ix_payout_creator_id_id ON finance.payout (creator_id, id);
CREATE INDEX ix_payout_paid_by ON finance.payout (paid_by);
CREATE INDEX ix_payout_refused_by ON finance.payout (refused_by);
CREATE INDEX ix_payout_requested_by ON finance.payout (requested_by);
CREATE INDEX ix_payout_state_requested_at ON finance.payout (state, requested_at);
CREATE UNIQUE INDEX uq_payout_request_key ON finance.payout (creator_id, request_key);

CREATE TABLE finance.posting (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    entry_id UUID NOT NULL,
    account_id UUID NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    CONSTRAINT pk_posting PRIMARY KEY (id, entry_id),
    CONSTRAINT fk_posting_account_id_currency FOREIGN KEY(account_id, currency) REFERENCES finance.account (id, currency),
    CONSTRAINT ck_posting_amount_minor CHECK (amount_minor <> 0),
    CONSTRAINT fk_posting_entry_id FOREIGN KEY(entry_id) REFERENCES finance.journal_entry (id)
) PARTITION BY RANGE (entry_id);
CREATE TABLE finance.posting_default PARTITION OF finance.posting DEFAULT;
CREATE INDEX ix_posting_account_id ON finance.posting (account_id) INCLUDE (amount_minor);
CREATE INDEX ix_posting_entry_id ON finance.posting (entry_id);
