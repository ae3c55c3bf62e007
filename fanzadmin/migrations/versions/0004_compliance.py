"""Compliance: performers, documents, consents, reviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS compliance")
    op.create_table(
        "asset_review",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("produced_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('held', 'released')", name=op.f("ck_asset_review_state")),
        sa.PrimaryKeyConstraint("id", name="pk_asset_review"),
        sa.UniqueConstraint("asset_id", name="uq_asset_review_asset_id"),
        schema="compliance",
    )
    op.create_index("ix_asset_review_cluster", "asset_review", ["cluster"], unique=False, schema="compliance")
    op.create_index(
        "ix_asset_review_created_at", "asset_review", ["created_at"], unique=False, schema="compliance"
    )
    op.create_index(
        "ix_asset_review_creator_id", "asset_review", ["creator_id"], unique=False, schema="compliance"
    )
    op.create_index(
        "ix_asset_review_state_created_at",
        "asset_review",
        ["state", "created_at"],
        unique=False,
        schema="compliance",
    )
    op.create_table(
        "custodian",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("street_address", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_custodian"),
        sa.UniqueConstraint("cluster", "since", name="uq_custodian_cluster_since"),
        schema="compliance",
    )
    op.create_index("ix_custodian_cluster", "custodian", ["cluster"], unique=False, schema="compliance")
    op.create_index("ix_custodian_created_at", "custodian", ["created_at"], unique=False, schema="compliance")
    op.create_table(
        "depiction",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("review_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("performer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["compliance.asset_review.id"], name="fk_depiction_review_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_depiction"),
        sa.UniqueConstraint("review_id", "performer_id", name="uq_depiction_review_id_performer_id"),
        schema="compliance",
    )
    op.create_index(
        "ix_depiction_performer_id", "depiction", ["performer_id"], unique=False, schema="compliance"
    )
    op.create_table(
        "performer",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("is_self", sa.Boolean(), nullable=False),
        sa.Column("stage_name", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("registered_by_user_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_by_user_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('unverified', 'pending', 'verified', 'expired', 'rejected')",
            name=op.f("ck_performer_state"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_user_id"],
            ["ab_user.id"],
            name="fk_performer_decided_by_user_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_user_id"],
            ["ab_user.id"],
            name="fk_performer_registered_by_user_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_performer"),
        schema="compliance",
    )
    op.create_index("ix_performer_cluster", "performer", ["cluster"], unique=False, schema="compliance")
    op.create_index("ix_performer_created_at", "performer", ["created_at"], unique=False, schema="compliance")
    op.create_index("ix_performer_creator_id", "performer", ["creator_id"], unique=False, schema="compliance")
    op.create_index(
        "ix_performer_decided_by_user_id",
        "performer",
        ["decided_by_user_id"],
        unique=False,
        schema="compliance",
    )
    op.create_index(
        "ix_performer_registered_by_user_id",
        "performer",
        ["registered_by_user_id"],
        unique=False,
        schema="compliance",
    )
    op.create_index("ix_performer_state", "performer", ["state"], unique=False, schema="compliance")
    op.create_index(
        "ix_performer_valid_until", "performer", ["valid_until"], unique=False, schema="compliance"
    )
    op.create_index(
        "uq_performer_self",
        "performer",
        ["creator_id"],
        unique=True,
        schema="compliance",
        postgresql_where=sa.text("is_self"),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("performer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("acts", sa.Text(), nullable=False),
        sa.Column("distribution", postgresql.JSONB(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_by_user_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=False),
        sa.Column("revoke_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by_user_id"], ["ab_user.id"], name="fk_consent_given_by_user_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["compliance.performer.id"], name="fk_consent_performer_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        schema="compliance",
    )
    op.create_index("ix_consent_asset_id", "consent", ["asset_id"], unique=False, schema="compliance")
    op.create_index("ix_consent_cluster", "consent", ["cluster"], unique=False, schema="compliance")
    op.create_index("ix_consent_created_at", "consent", ["created_at"], unique=False, schema="compliance")
    op.create_index(
        "ix_consent_given_by_user_id", "consent", ["given_by_user_id"], unique=False, schema="compliance"
    )
    op.create_index("ix_consent_performer_id", "consent", ["performer_id"], unique=False, schema="compliance")
    op.create_index(
        "uq_consent_standing",
        "consent",
        ["asset_id", "performer_id"],
        unique=True,
        schema="compliance",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "identity_document",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("performer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("number_last4", sa.String(length=4), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("copy_key", sa.Text(), nullable=False),
        sa.Column("copy_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('passport', 'identity_card', 'driving_licence', 'residence_permit')",
            name=op.f("ck_identity_document_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["performer_id"],
            ["compliance.performer.id"],
            name="fk_identity_document_performer_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identity_document"),
        schema="compliance",
    )
    op.create_index(
        "ix_identity_document_created_at",
        "identity_document",
        ["created_at"],
        unique=False,
        schema="compliance",
    )
    op.create_index(
        "ix_identity_document_expires_on",
        "identity_document",
        ["expires_on"],
        unique=False,
        schema="compliance",
    )
    op.create_index(
        "ix_identity_document_number_hash",
        "identity_document",
        ["number_hash"],
        unique=False,
        schema="compliance",
    )
    op.create_index(
        "ix_identity_document_performer_id",
        "identity_document",
        ["performer_id"],
        unique=False,
        schema="compliance",
    )
    op.create_table(
        "performer_alias",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("performer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["performer_id"],
            ["compliance.performer.id"],
            name="fk_performer_alias_performer_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_performer_alias"),
        sa.UniqueConstraint("performer_id", "name", name="uq_performer_alias_performer_id_name"),
        schema="compliance",
    )
    op.create_index(
        "ix_performer_alias_created_at", "performer_alias", ["created_at"], unique=False, schema="compliance"
    )
    op.create_index("ix_performer_alias_name", "performer_alias", ["name"], unique=False, schema="compliance")
