"""Tables of ChatSphere."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import Model, choice, cluster_column, created, moment, pk, ref, user_ref
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import partitioned
from fanzadmin.kernel.search import searchable


class Side(StrEnum):
    """Who speaks. The platform writes, but never reads."""

    CREATOR = "creator"
    FAN = "fan"
    PLATFORM = "platform"


TONES: dict[str, str] = {Side.CREATOR: "accent", Side.FAN: "info"}


class Kind(StrEnum):
    """`text` is what a user wrote; `asset` announces assets, with their titles as the body."""

    TEXT = "text"
    ASSET = "asset"


@marks(searched="last_message_at", sorted_by="last_message_at")
class Conversation(Model):
    """One creator and one fan, whoever signs in as them at the time. `last_seq` and `last_change` are counted up under this row's lock only."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("creator_id", "fan_id"),
        Index("ix_conversation_of_creator", "creator_id", "last_message_at", "id"),
        Index("ix_conversation_of_fan", "fan_id", "last_message_at", "id"),
        Index("ix_conversation_last_message_at", "last_message_at"),
        {"schema": "chat"},
    )
    __large__ = True

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    creator_id: Mapped[str] = ref("creator", index=False)
    fan_id: Mapped[str] = ref("fan", index=False)
    last_seq: Mapped[int] = mapped_column(Integer, default=0, info={"label": "Messages"})
    last_change: Mapped[int] = mapped_column(Integer, default=0)
    last_message_at: Mapped[datetime] = moment(nullable=False, label="Last message")
    created_at: Mapped[datetime] = created(label="Opened")


@marks(
    searched="creator_id opened_at due_at sent_at",
    sorted_by="creator_id cluster opened_at due_at sent_at recipients",
)
class Broadcast(Model):
    """One message of a creator to all subscribers, about what was published since `opened_at`. It gathers until `due_at`; with `sent_at` it
    is closed, and only one of a creator's is open at a time."""

    __tablename__ = "broadcast"
    __table_args__ = (
        Index("uq_broadcast_open", "creator_id", unique=True, postgresql_where=text("sent_at IS NULL")),
        Index("ix_broadcast_due_at", "due_at", postgresql_where=text("sent_at IS NULL")),
        {"schema": "chat"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    creator_id: Mapped[str] = ref("creator")
    opened_at: Mapped[datetime] = moment(nullable=False, label="Opened")
    due_at: Mapped[datetime] = moment(nullable=False, label="Due")
    sent_at: Mapped[datetime | None] = moment(label="Sent")
    recipients: Mapped[int] = mapped_column(Integer, default=0)


class Announcement(Model):
    """An asset that a broadcast names; an asset is announced once. `withdrawn_at` when it was taken back after the broadcast was sent, or
    the creator sent none."""

    __tablename__ = "announcement"
    __audited__ = False  # written and withdrawn with facts, which are its record
    __table_args__ = (UniqueConstraint("asset_id"), {"schema": "chat"})

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    asset_id: Mapped[str] = ref("asset", index=False)
    broadcast_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey(Broadcast.id, ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created(label="Announced")
    withdrawn_at: Mapped[datetime | None] = moment(label="Withdrawn")


@partitioned("id")
@searchable("body")
@marks(
    searched="conversation_id sender kind body broadcast_id removed_at removed_by",
    sorted_by="removed_at",
    sealed="removed_words",
    clear={"body": "found by the Community team when it is reported"},
)
class Message(Model):
    """One message. A removed one keeps its number and loses its body.

    `client_id` is the sender's own id of the message: the same id again is the same message. `removed_words` are kept
    of a moderated message alone, for the appeal; only the Community team reads them.
    """

    __tablename__ = "message"
    __large__ = True
    __audited__ = False  # a stream of its own; removed_by and removed_reason say what moderation did
    __table_args__ = (
        Index("ix_message_change", "conversation_id", "change"),
        Index("ix_message_broadcast_id", "broadcast_id", postgresql_where=text("broadcast_id IS NOT NULL")),
        Index("ix_message_removed_at", "removed_at", postgresql_where=text("removed_at IS NOT NULL")),
        Index("ix_message_removed_by", "removed_by", postgresql_where=text("removed_by IS NOT NULL")),
        {"schema": "chat"},
    )

    id: Mapped[str] = pk()
    conversation_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey(Conversation.id, ondelete="CASCADE"), info={"label": "Conversation"}
    )
    seq: Mapped[int] = mapped_column(Integer, info={"label": "Place"})
    change: Mapped[int] = mapped_column(Integer)
    sender: Mapped[str] = choice(Side, 10, label="From", pill=True, tones=TONES)
    sender_user_id: Mapped[int | None] = user_ref()
    client_id: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = choice(Kind, 10, default=Kind.TEXT)
    body: Mapped[str] = mapped_column(Text, info={"label": "Words", "pii": "private words"})
    broadcast_id: Mapped[str | None] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("chat.broadcast.id"), info={"label": "Broadcast"}
    )
    created_at: Mapped[datetime] = created(label="Sent")
    edited_at: Mapped[datetime | None] = moment(label="Edited")
    removed_at: Mapped[datetime | None] = moment(label="Removed")
    removed_by: Mapped[str | None] = mapped_column(String(120), info={"label": "Removed by"})
    removed_reason: Mapped[str | None] = mapped_column(Text, info={"label": "Because", "cell": "reason"})
    removed_words: Mapped[str | None] = mapped_column(
        Text, info={"label": "Words before", "pii": "private words"}
    )

    conversation: Mapped[Conversation] = relationship()

    @property
    def removed_for(self) -> str:
        """Whose doing a removal was: sender, moderator (who keeps the words) or platform; empty while the message stands."""
        if self.removed_at is None:
            return ""
        if self.removed_words is not None:
            return "moderator"
        return "platform" if self.removed_by == "platform" else "sender"


class MessageKey(Model):
    """Which message has a place of its conversation. There is one row for each message, in one table for all time: so
    the database knows that a number, a client id and a broadcast come once, and where a page of messages lies.
    """

    __tablename__ = "message_key"
    __large__ = True
    __audited__ = False  # as a message
    __table_args__ = (
        UniqueConstraint("conversation_id", "sender", "client_id"),
        Index(
            "uq_message_key_broadcast",
            "broadcast_id",
            "conversation_id",
            unique=True,
            postgresql_where=text("broadcast_id IS NOT NULL"),
        ),
        {"schema": "chat"},
    )

    conversation_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey(Conversation.id, ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    message_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    sender: Mapped[str] = choice(Side, 10, checked=False)  # the message's, which is checked
    client_id: Mapped[str | None] = mapped_column(String(64))
    broadcast_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))


@marks(searched="conversation_id side read_at", sorted_by="conversation_id side seq read_at")
class ReadMark(Model):
    """How far a side has read: every message up to `seq`."""

    __tablename__ = "read_mark"
    __audited__ = False  # how far someone has read is no history
    __table_args__ = ({"schema": "chat"},)

    conversation_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False),
        ForeignKey(Conversation.id, ondelete="CASCADE"),
        primary_key=True,
        info={"label": "Conversation"},
    )
    side: Mapped[str] = choice(Side, 10, primary_key=True, label="By the", pill=True, tones=TONES)
    seq: Mapped[int] = mapped_column(Integer, info={"label": "Up to message"})
    read_at: Mapped[datetime] = moment(nullable=False, label="Read")

    conversation: Mapped[Conversation] = relationship()
