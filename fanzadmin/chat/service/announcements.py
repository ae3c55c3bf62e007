"""Announcements: what a creator publishes within an hour is gathered for one message to the subscribers."""

from datetime import timedelta

from sqlalchemy import select, text, update

from fanzadmin.chat.models import Announcement, Broadcast
from fanzadmin.contracts.media import Announce, AssetPublished
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.queue import enqueue

SEND = "chat.send_broadcast"


def announce_asset(published: AssetPublished, *, gather: timedelta) -> None:
    """Put an asset that asks for a message into the creator's open broadcast, which closes `gather` after its first asset.

    An asset is announced once, however often it is published again or the fact is delivered.
    """
    if not Announce(published.announce).by_message:
        return
    lock_broadcasts_of(published.creator_id)
    before = select(Announcement.id).where(Announcement.asset_id == published.asset_id)
    if session.execute(before).scalar() is not None:
        return
    broadcast = open_broadcast_of(published.creator_id) or _open_broadcast(published, gather=gather)
    announcement = Announcement(
        id=new_id(),
        cluster=published.cluster,
        asset_id=published.asset_id,
        broadcast_id=broadcast.id,
        title=published.title,
    )
    session.add(announcement)
    session.flush()
    if broadcast.due_at <= clock.now():
        enqueue(SEND, broadcast.id, title=f"Telling the subscribers of {published.title}")


def rename_announcement(asset_id: str, *, title: str) -> None:
    """The asset is called otherwise: so it is in the message that still waits."""
    waiting = select(Broadcast.id).where(Broadcast.sent_at.is_(None))
    renamed = update(Announcement).where(
        Announcement.asset_id == asset_id, Announcement.broadcast_id.in_(waiting)
    )
    session.execute(renamed.values(title=title).execution_options(synchronize_session=False))


def lock_broadcasts_of(creator_id: str) -> None:
    """One of a creator's broadcasts changes at a time, until the transaction ends: an asset does not come into one that is being sent,
    and two bulk statements do not lock the same conversations in different orders."""
    session.execute(_ONE_AT_A_TIME, {"creator_id": creator_id})


def open_broadcast_of(creator_id: str) -> Broadcast | None:
    """The creator's broadcast that still gathers."""
    query = select(Broadcast).where(Broadcast.creator_id == creator_id, Broadcast.sent_at.is_(None))
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def _open_broadcast(published: AssetPublished, *, gather: timedelta) -> Broadcast:
    now = clock.now()
    broadcast = Broadcast(
        id=new_id(),
        cluster=published.cluster,
        creator_id=published.creator_id,
        opened_at=now,
        due_at=now + gather,
        recipients=0,
    )
    session.add(broadcast)
    session.flush()  # the announcement refers to it
    return broadcast


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('chat.news:' || :creator_id, 0))")
