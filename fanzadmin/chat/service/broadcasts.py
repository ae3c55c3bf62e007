"""Broadcasts: one message to each subscriber about all that was gathered, in statements, not in a loop."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from sqlalchemy import Row, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.chat.models import Announcement, Broadcast, Conversation, Kind, Message, Side
from fanzadmin.chat.queries import MessageCard, NamedAsset, announced_by
from fanzadmin.chat.service import hints
from fanzadmin.chat.service.announcements import SEND, lock_broadcasts_of, open_broadcast_of
from fanzadmin.chat.service.conversations import conversation_row
from fanzadmin.contracts.chat import SubscribersNotified
from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.contracts.media import Assets
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import enqueue, progress
from security.identity import Me, creator_of

AT_ONCE = 5_000  # subscribers in one statement
BETWEEN = " · "  # the titles in a message


class NothingToSend(Conflict):
    title = "There is no message to send"


def send_due_broadcasts() -> int:
    """Have every broadcast sent whose time is over and whose creator may act. Returns how many."""
    query = select(Broadcast).where(Broadcast.sent_at.is_(None), Broadcast.due_at <= clock.now())
    due = session.execute(query.order_by(Broadcast.due_at)).scalars().all()
    active = ask(People).active_among(tuple({broadcast.creator_id for broadcast in due}))
    ready = [broadcast for broadcast in due if broadcast.creator_id in active]
    for broadcast in ready:
        enqueue(SEND, broadcast.id, title="Telling the subscribers what is new")
    return len(ready)


def send_own_broadcast(person: Me) -> None:
    """Have the message that gathers sent now. Raises NoCreatorAccount, NothingToSend."""
    broadcast = _own_open_broadcast(person)
    broadcast.due_at = min(broadcast.due_at, clock.now())
    enqueue(SEND, broadcast.id, title="Telling the subscribers what is new")


def discard_own_broadcast(person: Me) -> None:
    """Send no message about what was gathered, now or later. Raises NoCreatorAccount, NothingToSend."""
    broadcast = _own_open_broadcast(person)
    broadcast.sent_at = clock.now()
    named = update(Announcement).where(Announcement.broadcast_id == broadcast.id)
    session.execute(named.values(withdrawn_at=clock.now()).execution_options(synchronize_session=False))


def send_broadcast(broadcast_id: str) -> int:
    """Put one message about what was gathered and is still offered into the conversation of each subscriber.

    Returns how many were notified: 0 when it was sent before, when nothing is offered any more, or while the creator may not
    act. What was taken back meanwhile is announced when it is published again.
    """
    creator_id = session.execute(select(Broadcast.creator_id).where(Broadcast.id == broadcast_id)).scalar()
    creator = ask(People).creator(creator_id) if creator_id is not None else None
    if creator is None or not creator.is_active:
        return 0
    lock_broadcasts_of(creator.id)
    broadcast = open_broadcast_of(creator.id)
    if broadcast is None or broadcast.id != broadcast_id:
        return 0
    _drop_what_is_not_offered(broadcast)
    assets = announced_by([broadcast.id]).get(broadcast.id, ())
    if not assets:
        session.delete(broadcast)
        session.flush()
        return 0
    notified = _send(creator, broadcast, assets)
    broadcast.sent_at, broadcast.recipients = clock.now(), notified
    return notified


def withdraw_from_broadcast(asset_id: str, *, reason: str) -> int:
    """Take an asset out of the message that named it; a message that names nothing more is emptied. Returns how many were changed.

    One that waits to be sent asks then what is offered. An asset that is offered again by now stays named.
    """
    row = session.execute(select(Announcement).where(Announcement.asset_id == asset_id)).scalar_one_or_none()
    broadcast = session.get(Broadcast, row.broadcast_id) if row is not None else None
    if row is None or row.withdrawn_at is not None or broadcast is None or broadcast.sent_at is None:
        return 0
    card = ask(Assets).card(asset_id)
    if card is not None and card.published_at is not None:
        return 0
    lock_broadcasts_of(broadcast.creator_id)
    row.withdrawn_at = clock.now()
    session.flush()
    return _change_messages(broadcast.id, announced_by([broadcast.id]).get(broadcast.id, ()), reason=reason)


def _own_open_broadcast(person: Me) -> Broadcast:
    creator = creator_of(person)
    lock_broadcasts_of(creator.id)
    broadcast = open_broadcast_of(creator.id)
    if broadcast is None:
        raise NothingToSend(gettext("No message to your subscribers is waiting."))
    return broadcast


def _drop_what_is_not_offered(broadcast: Broadcast) -> None:
    query = select(Announcement).where(Announcement.broadcast_id == broadcast.id)
    rows = session.execute(query.execution_options(populate_existing=True)).scalars().all()
    cards = ask(Assets).cards(tuple(row.asset_id for row in rows))
    dropped = []
    for row in rows:
        card = cards.get(row.asset_id)
        if card is None or card.published_at is None:
            dropped.append(row.id)
        else:
            row.title = card.title
    session.flush()
    session.execute(delete(Announcement).where(Announcement.id.in_(dropped)))


def _send(creator: CreatorCard, broadcast: Broadcast, assets: tuple[NamedAsset, ...]) -> int:
    fan_ids, notified = ask(Entitlements).subscriber_ids(creator.id), 0
    for first in range(0, len(fan_ids), AT_ONCE):
        notified += _send_to(creator, broadcast, assets, fan_ids[first : first + AT_ONCE])
        progress.report(
            100 * min(first + AT_ONCE, len(fan_ids)) // len(fan_ids), f"{notified:,} subscribers told"
        )
    asset_ids = tuple(asset.id for asset in assets)
    record(
        SubscribersNotified(
            cluster=creator.cluster,
            broadcast_id=broadcast.id,
            creator_id=creator.id,
            asset_ids=asset_ids,
            recipients=notified,
        )
    )
    hints.emit(creator.user_id, "broadcast", {"asset_ids": list(asset_ids), "recipients": notified})
    return notified


def _send_to(
    creator: CreatorCard, broadcast: Broadcast, assets: tuple[NamedAsset, ...], fan_ids: Sequence[str]
) -> int:
    _open_missing(creator, fan_ids)
    body = _body(assets)
    parameters = {
        "creator_id": creator.id,
        "sender_user_id": creator.user_id,
        "fan_ids": list(fan_ids),
        "message_ids": [new_id() for _ in fan_ids],
        "broadcast_id": broadcast.id,
        "body": body,
        "now": clock.now(),
    }
    rows = session.execute(_BROADCAST, parameters).all()
    hints.emit_to_fans(
        {row.fan_id: _card(row, body=body, assets=assets).as_event() for row in rows}, "message"
    )
    return len(rows)


def _change_messages(broadcast_id: str, assets: tuple[NamedAsset, ...], *, reason: str) -> int:
    body = _body(assets)
    parameters = {"broadcast_id": broadcast_id, "body": body, "reason": reason, "now": clock.now()}
    rows = session.execute(_CHANGE if assets else _EMPTY, parameters).all()
    cards = {
        row.fan_id: replace(_card(row, body=body, assets=assets), removed=not assets).as_event()
        for row in rows
    }
    hints.emit_to_fans(cards, "message")
    return len(rows)


def _body(assets: tuple[NamedAsset, ...]) -> str:
    return BETWEEN.join(asset.title for asset in assets)


def _open_missing(creator: CreatorCard, fan_ids: Sequence[str]) -> None:
    existing = select(Conversation.fan_id).where(
        Conversation.creator_id == creator.id, Conversation.fan_id.in_(fan_ids)
    )
    missing = set(fan_ids).difference(session.execute(existing).scalars())
    if not missing:
        return
    rows = [conversation_row(creator, fan) for fan in ask(People).fans(tuple(sorted(missing))).values()]
    if rows:
        session.execute(insert(Conversation).on_conflict_do_nothing(), rows)


def _card(
    row: Row[Any], *, body: str, assets: tuple[NamedAsset, ...]
) -> MessageCard:  # Any: what the statements return
    return MessageCard(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        change=row.change,
        sender=Side.CREATOR.value,
        kind=Kind.ASSET.value,
        body=body,
        assets=assets,
        client_id=None,
        created_at=row.created_at,
        edited_at=None,
        removed=False,
    )


_IDS = {
    "id": Message.id.type,
    "conversation_id": Message.conversation_id.type,
    "fan_id": Conversation.fan_id.type,
}

_BROADCAST = text(
    """
    WITH locked AS (
        SELECT c.id
          FROM chat.conversation c
         WHERE c.creator_id = CAST(:creator_id AS uuid) AND c.fan_id = ANY(CAST(:fan_ids AS uuid[]))
           AND NOT EXISTS (SELECT 1 FROM chat.message_key k
                            WHERE k.conversation_id = c.id AND k.broadcast_id = CAST(:broadcast_id AS uuid))
         ORDER BY c.id
           FOR NO KEY UPDATE),
    placed AS (
        UPDATE chat.conversation c
           SET last_seq = c.last_seq + 1, last_change = c.last_change + 1, last_message_at = :now
          FROM locked
         WHERE c.id = locked.id
        RETURNING c.id, c.last_seq, c.last_change, c.fan_id),
    numbered AS (
        SELECT *, row_number() OVER (ORDER BY id) AS number FROM placed),
    sent AS (
        INSERT INTO chat.message (id, conversation_id, seq, change, sender, sender_user_id, kind, body, broadcast_id, created_at)
        SELECT fresh.id, n.id, n.last_seq, n.last_change, 'creator', :sender_user_id, 'asset', :body,
               CAST(:broadcast_id AS uuid), :now
          FROM numbered n
          JOIN unnest(CAST(:message_ids AS uuid[])) WITH ORDINALITY AS fresh(id, number) USING (number)
        RETURNING id, conversation_id, seq, change, broadcast_id, created_at),
    keyed AS (
        INSERT INTO chat.message_key (conversation_id, seq, message_id, sender, broadcast_id)
        SELECT conversation_id, seq, id, 'creator', broadcast_id FROM sent)
    SELECT sent.*, placed.fan_id FROM sent JOIN placed ON placed.id = sent.conversation_id
    """
).columns(**_IDS)

_STANDING = """
    WITH locked AS (
        SELECT c.id
          FROM chat.message_key k
          JOIN chat.conversation c ON c.id = k.conversation_id
          JOIN chat.message m ON m.id = k.message_id
         WHERE k.broadcast_id = CAST(:broadcast_id AS uuid) AND m.removed_at IS NULL
         ORDER BY c.id
           FOR NO KEY UPDATE OF c),
    counted AS (
        UPDATE chat.conversation c
           SET last_change = c.last_change + 1
          FROM locked
         WHERE c.id = locked.id
        RETURNING c.id, c.last_change, c.fan_id)
    UPDATE chat.message m
       SET body = :body, change = counted.last_change{more}
      FROM counted
      JOIN chat.message_key k ON k.conversation_id = counted.id AND k.broadcast_id = CAST(:broadcast_id AS uuid)
     WHERE m.id = k.message_id
    RETURNING m.id, m.conversation_id, m.seq, m.change, m.created_at, counted.fan_id
    """

_CHANGE = text(_STANDING.format(more="")).columns(**_IDS)
_EMPTY = text(
    _STANDING.format(more=", removed_at = :now, removed_by = 'platform', removed_reason = :reason")
).columns(**_IDS)
