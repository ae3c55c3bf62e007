"""What broadcasts announce, and the one that still gathers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from fanzadmin.chat.models import Announcement, Broadcast
from fanzadmin.contracts.media import Assets
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ports import ask


@dataclass(frozen=True, slots=True)
class NamedAsset:
    """An asset that a message announces."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class PendingBroadcast:
    """The message that gathers what a creator published; it goes to the subscribers at `due_at`."""

    id: str
    due_at: datetime
    assets: tuple[NamedAsset, ...]


def pending_broadcast(creator_id: str) -> PendingBroadcast | None:
    """The message of a creator that waits to be sent, with the assets that are still offered; None when nothing waits."""
    query = select(Broadcast).where(Broadcast.creator_id == creator_id, Broadcast.sent_at.is_(None))
    broadcast = session.execute(query).scalar_one_or_none()
    if broadcast is None:
        return None
    announced = announced_by([broadcast.id]).get(broadcast.id, ())
    cards = ask(Assets).cards(tuple(asset.id for asset in announced))
    offered = tuple(
        NamedAsset(card.id, card.title)
        for asset in announced
        if (card := cards.get(asset.id)) is not None and card.published_at is not None
    )
    return PendingBroadcast(broadcast.id, broadcast.due_at, offered) if offered else None


def announced_by(broadcast_ids: Sequence[str]) -> dict[str, tuple[NamedAsset, ...]]:
    """The assets that broadcasts name, in the order in which they came, without those taken back."""
    if not broadcast_ids:
        return {}
    query = select(Announcement).where(
        Announcement.broadcast_id.in_(set(broadcast_ids)), Announcement.withdrawn_at.is_(None)
    )
    announced: defaultdict[str, tuple[NamedAsset, ...]] = defaultdict(tuple)
    for row in session.execute(query.order_by(Announcement.created_at, Announcement.id)).scalars():
        announced[row.broadcast_id] += (NamedAsset(row.asset_id, row.title),)
    return announced
