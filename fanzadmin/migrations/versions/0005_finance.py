"""FanzFinance: the chart of accounts, the journal that the database keeps balanced and unchanged, payments,
subscriptions, payouts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# An entry is checked at commit. A statement that adds postings which do not sum to zero by themselves touches their
# entries, so that those are checked (again) at commit: whoever spreads an entry over statements, or adds to one whose
# check has already run, cannot get around it. Once per statement and not per row: a year of the demo in seconds.
BALANCED = """
CREATE FUNCTION finance.check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    legs bigint;
    off text;
BEGIN
    PERFORM FROM finance.posting WHERE posting.entry_id = NEW.id
     HAVING count(*) >= 2 AND sum(posting.amount_minor) = 0 AND min(posting.currency) = max(posting.currency);
    IF FOUND THEN
        RETURN NULL;  -- the usual case, four times as fast as the one that can say what is wrong
    END IF;
    SELECT sum(by_currency.legs),
           string_agg(by_currency.total || ' ' || by_currency.currency, ', ')
               FILTER (WHERE by_currency.total <> 0)
      INTO legs, off
      FROM (SELECT posting.currency, count(*) AS legs, sum(posting.amount_minor) AS total
              FROM finance.posting WHERE posting.entry_id = NEW.id GROUP BY posting.currency) AS by_currency;
    IF off IS NOT NULL THEN
        RAISE EXCEPTION 'journal entry % is not balanced: its postings sum to %', NEW.id, off
            USING ERRCODE = '23514', CONSTRAINT = 'ck_journal_entry_balanced',
                  SCHEMA = 'finance', TABLE = 'journal_entry';
    END IF;
    IF coalesce(legs, 0) < 2 THEN
        RAISE EXCEPTION 'journal entry % has % posting(s), it needs at least two', NEW.id, coalesce(legs, 0)
            USING ERRCODE = '23514', CONSTRAINT = 'ck_journal_entry_postings',
                  SCHEMA = 'finance', TABLE = 'journal_entry';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION finance.check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE finance.journal_entry SET posted_at = posted_at
     WHERE id IN (SELECT entry_id FROM added GROUP BY entry_id, currency HAVING sum(amount_minor) <> 0);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER entry_is_balanced AFTER INSERT OR UPDATE ON finance.journal_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance.check_entry();
CREATE TRIGGER postings_are_checked AFTER INSERT ON finance.posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION finance.check_postings();
"""

UNCHANGED = """
CREATE FUNCTION finance.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are never changed: % on finance.% is refused, post a reversal', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '23514', CONSTRAINT = 'ck_' || TG_TABLE_NAME || '_immutable',
              SCHEMA = 'finance', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER entry_is_immutable BEFORE UPDATE ON finance.journal_entry
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION finance.refuse_change();
CREATE TRIGGER entry_is_kept BEFORE DELETE OR TRUNCATE ON finance.journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION finance.refuse_change();
CREATE TRIGGER posting_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON finance.posting
    FOR EACH STATEMENT EXECUTE FUNCTION finance.refuse_change();
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS finance")
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('asset', 'liability', 'revenue', 'expense')", name="ck_account_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("id", "currency", name="uq_account_id_currency"),
        schema="finance",
    )
    op.create_index("ix_account_created_at", "account", ["created_at"], unique=False, schema="finance")
    op.create_index("ix_account_creator_id", "account", ["creator_id"], unique=False, schema="finance")
    op.create_index(
        "uq_account_chart",
        "account",
        ["cluster", "currency", "code", "creator_id"],
        unique=True,
        schema="finance",
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=True),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reverses_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["finance.journal_entry.id"], name="fk_journal_entry_reverses_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_journal_entry"),
        sa.UniqueConstraint("reference", name="uq_journal_entry_reference"),
        schema="finance",
    )
    op.create_index(
        "ix_journal_entry_cluster_effective_at",
        "journal_entry",
        ["cluster", "effective_at"],
        unique=False,
        schema="finance",
    )
    op.create_index(
        "uq_journal_entry_reverses_id", "journal_entry", ["reverses_id"], unique=True, schema="finance"
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("instrument", sa.String(length=120), nullable=False),
        sa.Column("failed_renewals", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_charge_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('active', 'past_due', 'cancelled', 'ended')", name="ck_subscription_state"
        ),
        sa.CheckConstraint("price_minor >= 0", name="ck_subscription_price_minor"),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        schema="finance",
    )
    op.create_index("ix_subscription_cluster", "subscription", ["cluster"], unique=False, schema="finance")
    op.create_index(
        "ix_subscription_due",
        "subscription",
        ["next_charge_at"],
        unique=False,
        schema="finance",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_subscription_running",
        "subscription",
        ["cluster"],
        unique=False,
        schema="finance",
        postgresql_include=["currency", "price_minor"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_subscription_fan_id", "subscription", ["fan_id"], unique=False, schema="finance")
    op.create_index(
        "uq_subscription_running",
        "subscription",
        ["creator_id", "fan_id"],
        unique=True,
        schema="finance",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("subscription_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("processor_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("platform_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("creator_minor", sa.BigInteger(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("adapter", sa.String(length=20), nullable=False),
        sa.Column("processor_reference", sa.String(length=120), nullable=True),
        sa.Column("request_key", sa.String(length=240), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refunded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("purpose IN ('subscription', 'unlock', 'tip')", name="ck_payment_purpose"),
        sa.CheckConstraint(
            "state IN ('pending', 'settled', 'declined', 'refunded')", name="ck_payment_state"
        ),
        sa.CheckConstraint(
            "gross_minor = processor_fee_minor + platform_fee_minor + creator_minor",
            name="ck_payment_shares_sum_to_gross",
        ),
        sa.CheckConstraint("gross_minor > 0", name="ck_payment_gross_minor"),
        sa.ForeignKeyConstraint(
            ["refunded_by"], ["ab_user.id"], name="fk_payment_refunded_by", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["finance.subscription.id"], name="fk_payment_subscription_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment"),
        schema="finance",
    )
    op.create_index("ix_payment_asset_id", "payment", ["asset_id"], unique=False, schema="finance")
    op.create_index("ix_payment_cluster", "payment", ["cluster"], unique=False, schema="finance")
    op.create_index("ix_payment_created_at", "payment", ["created_at"], unique=False, schema="finance")
    op.create_index(
        "ix_payment_creator_id_id", "payment", ["creator_id", "id"], unique=False, schema="finance"
    )
    op.create_index("ix_payment_fan_id_id", "payment", ["fan_id", "id"], unique=False, schema="finance")
    op.create_index("ix_payment_refunded_by", "payment", ["refunded_by"], unique=False, schema="finance")
    op.create_index(
        "ix_payment_settled",
        "payment",
        ["settled_at"],
        unique=False,
        schema="finance",
        postgresql_include=[
            "cluster",
            "currency",
            "purpose",
            "creator_id",
            "gross_minor",
            "processor_fee_minor",
            "platform_fee_minor",
            "creator_minor",
        ],
        postgresql_where=sa.text("state = 'settled'"),
    )
    op.create_index(
        "ix_payment_subscription_id", "payment", ["subscription_id"], unique=False, schema="finance"
    )
    op.create_index(
        "uq_payment_request_key",
        "payment",
        ["fan_id", "request_key"],
        unique=True,
        schema="finance",
        postgresql_where=sa.text("state <> 'declined'"),
    )
    op.create_index(
        "uq_payment_unlock",
        "payment",
        ["fan_id", "asset_id"],
        unique=True,
        schema="finance",
        postgresql_where=sa.text("purpose = 'unlock' AND state IN ('pending', 'settled')"),
    )
    op.create_table(
        "payout",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("request_key", sa.String(length=240), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_by", sa.Integer(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('requested', 'approved', 'paid', 'refused')", name="ck_payout_state"),
        sa.CheckConstraint("amount_minor > 0", name="ck_payout_amount_minor"),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["ab_user.id"], name="fk_payout_approved_by", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["paid_by"], ["ab_user.id"], name="fk_payout_paid_by", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["refused_by"], ["ab_user.id"], name="fk_payout_refused_by", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["ab_user.id"], name="fk_payout_requested_by", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payout"),
        schema="finance",
    )
    op.create_index("ix_payout_approved_by", "payout", ["approved_by"], unique=False, schema="finance")
    op.create_index("ix_payout_cluster", "payout", ["cluster"], unique=False, schema="finance")
    op.create_index("ix_payout_creator_id_id", "payout", ["creator_id", "id"], unique=False, schema="finance")
    op.create_index("ix_payout_paid_by", "payout", ["paid_by"], unique=False, schema="finance")
    op.create_index("ix_payout_refused_by", "payout", ["refused_by"], unique=False, schema="finance")
    op.create_index("ix_payout_requested_by", "payout", ["requested_by"], unique=False, schema="finance")
    op.create_index(
        "ix_payout_state_requested_at", "payout", ["state", "requested_at"], unique=False, schema="finance"
    )
    op.create_index(
        "uq_payout_request_key", "payout", ["creator_id", "request_key"], unique=True, schema="finance"
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("entry_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("account_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name="ck_posting_amount_minor"),
        sa.ForeignKeyConstraint(
            ["account_id", "currency"],
            ["finance.account.id", "finance.account.currency"],
            name="fk_posting_account_id_currency",
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["finance.journal_entry.id"], name="fk_posting_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
        schema="finance",
    )
    op.create_index(
        "ix_posting_account_id",
        "posting",
        ["account_id"],
        unique=False,
        schema="finance",
        postgresql_include=["amount_minor"],
    )
    op.create_index("ix_posting_entry_id", "posting", ["entry_id"], unique=False, schema="finance")
    op.execute(BALANCED)
    op.execute(UNCHANGED)
