"""Tables of FanzGPT."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import BigInteger, Computed, Float, Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.db import (
    Column,
    Model,
    choice,
    cluster_column,
    created,
    currency_column,
    minor_units,
    moment,
    pk,
    ref,
)
from fanzadmin.kernel.marks import marks


class Kind(StrEnum):
    """What can be suggested for an asset."""

    TAGS = "tags"
    CAPTION = "caption"
    HOUR = "hour"
    PRICE = "price"


_NAMES: dict[str, Any] = {  # lazy strings of flask-babel, which has no types
    Kind.TAGS: lazy_gettext("tags for %(title)s"),
    Kind.CAPTION: lazy_gettext("caption for %(title)s"),
    Kind.HOUR: lazy_gettext("hour for %(title)s"),
    Kind.PRICE: lazy_gettext("price for %(title)s"),
}


class SuggestionState(StrEnum):
    """`withheld`: there was too little to go by; the reason says so, and there is nothing to accept."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    WITHHELD = "withheld"


def counter(*, label: str = "") -> Column:
    """A number that facts add to."""
    info = {"label": label} if label else {}
    return mapped_column(BigInteger, nullable=False, default=0, server_default=text("0"), info=info)


@marks(
    searched="cluster title caption kind audience price_minor published_at",
    sorted_by="title tags audience price_minor published_at likes comments clicks unlocks",
)
class AssetHistory(Model):
    """What FanzGPT remembers of an asset: its words, its price, when it came out, and what people did with it.

    A row without a title was made by what people did before the words came; one that was withdrawn is not learned from.
    """

    __tablename__ = "asset_history"
    __table_args__ = (
        Index("ix_asset_history_words", "words", postgresql_using="gin"),
        Index("ix_asset_history_creator_id_published_at", "creator_id", "published_at"),
        Index("ix_asset_history_cluster_published_at", "cluster", "published_at"),
        {"schema": "gpt"},
    )
    __audited__ = False

    asset_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, info={"ref": "asset"})
    creator_id: Mapped[str] = ref("creator", index=False)
    cluster: Mapped[str] = mapped_column(String(40))
    post_id: Mapped[str | None] = ref("post", nullable=True)
    title: Mapped[str] = mapped_column(Text)
    caption: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    tag_words: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(12), default="")
    audience: Mapped[str] = mapped_column(String(12), info={"cell": "badge"})
    price_minor: Mapped[int] = minor_units(label="Price")
    currency: Mapped[str] = currency_column()
    published_at: Mapped[datetime | None] = moment(label="Published")
    withdrawn_at: Mapped[datetime | None] = moment(label="Withdrawn")
    likes: Mapped[int] = counter()
    comments: Mapped[int] = counter()
    shares: Mapped[int] = counter()
    clicks: Mapped[int] = counter()
    unlocks: Mapped[int] = counter()
    earned_minor: Mapped[int] = counter(label="Earned")
    created_at: Mapped[datetime] = created()
    words: Mapped[Any] = mapped_column(  # Any: a tsvector never leaves the database
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('simple'::regconfig, title), 'A'::\"char\")"
            " || setweight(to_tsvector('simple'::regconfig, tag_words), 'B'::\"char\")"
            " || setweight(to_tsvector('simple'::regconfig, caption), 'C'::\"char\")",
            persisted=True,
        ),
        deferred=True,
    )

    def __str__(self) -> str:
        return self.title


class PostHistory(Model):
    """What people did with a post, and the asset that it shows, once that is known."""

    __tablename__ = "post_history"
    __table_args__ = ({"schema": "gpt"},)
    __audited__ = False

    post_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, info={"ref": "post"})
    asset_id: Mapped[str | None] = ref("asset", nullable=True)
    likes: Mapped[int] = counter()
    comments: Mapped[int] = counter()
    shares: Mapped[int] = counter()


class Preference(Model):
    """How a creator wants suggestions: `time_zone` is an IANA name, by whose clock hours and days are counted."""

    __tablename__ = "preference"
    __table_args__ = ({"schema": "gpt"},)

    creator_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, info={"ref": "creator"})
    time_zone: Mapped[str] = mapped_column(String(64))


@marks(searched="title kind score state model", sorted_by="cluster title kind reason score state")
class Suggestion(Model):
    """One suggestion, at most one of a kind for an asset. `value` is a list of tags, a caption, an hour of the
    day by the creator's clock, or minor units; `score` is 0 to 1; `evidence` holds the figures behind `reason`, which is
    codes (kernel/i18n/reasons.py), a line each."""

    __tablename__ = "suggestion"
    __table_args__ = (
        Index("uq_suggestion_asset_id_kind", "asset_id", "kind", unique=True),
        Index("ix_suggestion_creator_id_state", "creator_id", "state"),
        {"schema": "gpt"},
    )

    id: Mapped[str] = pk()
    asset_id: Mapped[str] = ref("asset", index=False)
    creator_id: Mapped[str] = ref("creator", index=False)
    cluster: Mapped[str] = cluster_column()
    title: Mapped[str] = mapped_column(Text, info={"label": "Asset"})
    kind: Mapped[str] = choice(Kind, 10, checked=False, pill=True)
    value: Mapped[Any] = mapped_column(JSONB)  # Any: its shape depends on the kind
    reason: Mapped[str] = mapped_column(Text)
    score: Mapped[float] = mapped_column(Float, info={"label": "Confidence", "cell": "share"})
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)  # Any: figures by name
    state: Mapped[str] = choice(
        SuggestionState, 10, index=True, checked=False,
        tones={SuggestionState.OFFERED: "info", SuggestionState.DISMISSED: "", SuggestionState.WITHHELD: "warn"},
    )  # fmt: skip
    provider: Mapped[str] = mapped_column(String(40), default="local")
    model: Mapped[str] = mapped_column(String(60))
    cost_minor: Mapped[int] = minor_units(label="Cost")
    created_at: Mapped[datetime] = created(label="Made")
    decided_at: Mapped[datetime | None] = moment(label="Decided")

    def __str__(self) -> str:
        return str(_NAMES[self.kind] % {"title": self.title})
