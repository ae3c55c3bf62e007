"""Tables of FanzSocial."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import Model, choice, cluster_column, created, moment, pk, ref
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import partitioned
from fanzadmin.kernel.search import searchable


class Audience(StrEnum):
    """Who may see a post: everyone, the creator's subscribers, or who unlocked its asset."""

    PUBLIC = "public"
    SUBSCRIBERS = "subscribers"
    PPV = "ppv"


class State(StrEnum):
    """`draft` and `scheduled` are the creator's alone; `withdrawn` goes with its asset and may come back; `removed` was moderated away,
    `deleted` by its creator."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    VISIBLE = "visible"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    DELETED = "deleted"


TONES: dict[str, str] = {State.VISIBLE: "good", State.SCHEDULED: "info"}


@searchable("title", "body")
@marks(
    searched="asset_id title body audience state publish_at published_at likes comments shares",
    sorted_by="creator_id cluster title body audience state publish_at published_at likes comments shares",
)
class Post(Model):
    """A creator's post: of an asset (`asset_id`), or written, with any of the creator's assets attached. The counts are kept in step with
    their rows by the verbs that write those."""

    __tablename__ = "post"
    __table_args__ = (
        Index("ix_post_feed", "creator_id", "published_at", "id", postgresql_where=text("state = 'visible'")),
        Index("ix_post_published_at", "published_at"),
        Index("ix_post_of_creator", "creator_id", "id"),
        Index("ix_post_publish_at", "publish_at", postgresql_where=text("state = 'scheduled'")),
        CheckConstraint(
            "published_at IS NOT NULL OR state IN ('draft', 'scheduled', 'removed', 'deleted')",
            name="published_when_shown",
        ),
        CheckConstraint("(state = 'scheduled') = (publish_at IS NOT NULL)", name="moment_when_scheduled"),
        {"schema": "social"},
    )

    id: Mapped[str] = pk()
    creator_id: Mapped[str] = ref("creator")
    cluster: Mapped[str] = cluster_column()
    asset_id: Mapped[str | None] = mapped_column(
        Uuid(as_uuid=False), unique=True, nullable=True, info={"ref": "asset"}
    )
    attachments: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    title: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, info={"label": "Words"})
    audience: Mapped[str] = choice(
        Audience,
        12,
        pill=True,
        tones={Audience.PUBLIC: "good", Audience.SUBSCRIBERS: "info", Audience.PPV: "accent"},
    )
    state: Mapped[str] = choice(State, 10, default=State.VISIBLE, tones=TONES)
    removed_reason: Mapped[str | None] = mapped_column(
        Text, info={"label": "Gone, because", "cell": "reason"}
    )
    created_at: Mapped[datetime] = created(label="Written")
    publish_at: Mapped[datetime | None] = moment(label="Scheduled for")
    published_at: Mapped[datetime | None] = moment(label="Published")
    edited_at: Mapped[datetime | None] = moment(label="Edited")
    likes: Mapped[int] = mapped_column(Integer, default=0)
    comments: Mapped[int] = mapped_column(Integer, default=0)
    shares: Mapped[int] = mapped_column(Integer, default=0)

    @property
    def listed_at(self) -> datetime:
        """When it came out; of one that has not, when it was written."""
        return self.published_at or self.created_at

    def __str__(self) -> str:
        return self.title or self.body[:60]


class Follow(Model):
    """A fan follows a creator."""

    __tablename__ = "follow"
    __large__ = True
    __audited__ = False  # the row is its own record, made and removed by the fan alone
    __table_args__ = (UniqueConstraint("fan_id", "creator_id"), {"schema": "social"})

    id: Mapped[str] = pk()
    fan_id: Mapped[str] = ref("fan", index=False)
    creator_id: Mapped[str] = ref("creator")
    cluster: Mapped[str] = cluster_column()
    created_at: Mapped[datetime] = created(label="Since")


@partitioned("post_id")
@marks(searched="post_id")
class Like(Model):
    """A fan likes a post, once. Partitioned by the post's time, so that the database itself knows what once is."""

    __tablename__ = "post_like"
    __large__ = True
    __audited__ = False  # as a follow
    __table_args__ = (UniqueConstraint("post_id", "fan_id"), {"schema": "social"})

    id: Mapped[str] = pk()
    post_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey(Post.id, ondelete="CASCADE"), primary_key=True, info={"label": "Post"}
    )
    fan_id: Mapped[str] = ref("fan")
    cluster: Mapped[str] = cluster_column()
    created_at: Mapped[datetime] = created(label="Liked")

    # PostgreSQL's key holds what the table is cut by, too; the id alone names a row.
    __mapper_args__: ClassVar[dict[str, tuple[str, ...]]] = {"primary_key": ("id",)}


@searchable("body")
@marks(searched="post_id body state", clear={"body": "public words, found by the Community team"})
class Comment(Model):
    """Words under a post: a fan's, or the creator's answer (then `fan_id` is empty)."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_post_id", "post_id", "created_at", "id"),
        Index("ix_comment_state_created_at", "state", "created_at"),
        {"schema": "social"},
    )
    __large__ = True

    id: Mapped[str] = pk()
    post_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey(Post.id, ondelete="CASCADE"))
    fan_id: Mapped[str | None] = ref("fan", nullable=True)
    cluster: Mapped[str] = cluster_column()
    body: Mapped[str] = mapped_column(Text, info={"label": "Words", "pii": "a person's words"})
    state: Mapped[str] = choice(State, 10, default=State.VISIBLE, tones=TONES)
    removed_reason: Mapped[str | None] = mapped_column(
        Text, info={"label": "Gone, because", "cell": "reason"}
    )
    created_at: Mapped[datetime] = created(label="Said")

    post: Mapped[Post] = relationship()


@marks(searched="post_id")
class Share(Model):
    """A fan carried a post elsewhere; counted once for each fan."""

    __tablename__ = "share"
    __large__ = True
    __audited__ = False  # as a follow
    __table_args__ = (UniqueConstraint("post_id", "fan_id"), {"schema": "social"})

    id: Mapped[str] = pk()
    post_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey(Post.id, ondelete="CASCADE"), info={"label": "Post"}
    )
    fan_id: Mapped[str] = ref("fan")
    cluster: Mapped[str] = cluster_column()
    created_at: Mapped[datetime] = created(label="Shared")
