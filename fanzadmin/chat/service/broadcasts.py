"""Broadcasts: one message to each subscriber when an asset is published, in statements, not in a loop."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.chat.models import Conversation, Kind, Message, Side
from fanzadmin.chat.queries import MessageCard
from fanzadmin.chat.service import hints
from fanzadmin.chat.service.conversations import conversation_row
from fanzadmin.contracts.chat import SubscribersNotified
from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import progress

AT_ONCE = 5_000  # subscribers in one statement


def broadcast_asset(asset_id: str) -> int:
    """Put a message about a published asset into the conversation of each subscriber who has none about it yet.

    Returns how many were notified: 0 when all have it already, when the asset is not offered any more, or while its
    creator may not act.
    """
    asset = ask(Assets).card(asset_id)
    creator = ask(People).creator(asset.creator_id) if asset is not None else None
    if asset is None or creator is None or not creator.is_active or asset.published_at is None:
        return 0
    # One bulk statement per creator at a time: two of them would lock the same rows in different orders.
    session.execute(_ONE_AT_A_TIME, {"creator_id": creator.id})
    fan_ids, notified = ask(Entitlements).subscriber_ids(creator.id), 0
    for first in range(0, len(fan_ids), AT_ONCE):
        notified += _send_to(creator, asset, fan_ids[first : first + AT_ONCE])
        progress.report(
            100 * min(first + AT_ONCE, len(fan_ids)) // len(fan_ids), f"{notified:,} subscribers told"
        )
    if notified:
        record(
            SubscribersNotified(
                cluster=creator.cluster, asset_id=asset.id, creator_id=creator.id, recipients=notified
            )
        )
        hints.emit(creator.user_id, "broadcast", {"asset_id": asset.id, "recipients": notified})
    return notified


def withdraw_broadcast(asset_id: str, *, reason: str) -> int:
    """Empty every message about this asset. Returns how many there were."""
    parameters = {"asset_id": asset_id, "reason": reason, "now": clock.now()}
    rows = session.execute(_WITHDRAW, parameters).all()
    cards = {row.fan_id: replace(_card(row, body=""), removed=True).as_event() for row in rows}
    hints.emit_to_fans(cards, "message")
    return len(rows)


def _send_to(creator: CreatorCard, asset: AssetCard, fan_ids: Sequence[str]) -> int:
    _open_missing(creator, fan_ids)
    parameters = {
        "creator_id": creator.id,
        "sender_user_id": creator.user_id,
        "fan_ids": list(fan_ids),
        "message_ids": [new_id() for _ in fan_ids],
        "asset_id": asset.id,
        "body": asset.title,
        "now": clock.now(),
    }
    rows = session.execute(_BROADCAST, parameters).all()
    hints.emit_to_fans({row.fan_id: _card(row, body=asset.title).as_event() for row in rows}, "message")
    return len(rows)


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


def _card(row: Row[Any], *, body: str) -> MessageCard:  # Any: what the two statements return
    return MessageCard(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        change=row.change,
        sender=Side.CREATOR.value,
        kind=Kind.ASSET.value,
        body=body,
        asset_id=row.asset_id,
        client_id=None,
        created_at=row.created_at,
        edited_at=None,
        removed=False,
    )


_IDS = {
    "id": Message.id.type,
    "conversation_id": Message.conversation_id.type,
    "asset_id": Message.asset_id.type,
    "fan_id": Conversation.fan_id.type,
}

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('chat.news:' || :creator_id, 0))")

_BROADCAST = text(
    """
    WITH locked AS (
        SELECT c.id
          FROM chat.conversation c
         WHERE c.creator_id = CAST(:creator_id AS uuid) AND c.fan_id = ANY(CAST(:fan_ids AS uuid[]))
           AND NOT EXISTS (SELECT 1 FROM chat.message_key k
                            WHERE k.conversation_id = c.id AND k.asset_id = CAST(:asset_id AS uuid))
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
        INSERT INTO chat.message (id, conversation_id, seq, change, sender, sender_user_id, kind, body, asset_id, created_at)
        SELECT fresh.id, n.id, n.last_seq, n.last_change, 'creator', :sender_user_id, 'asset', :body,
               CAST(:asset_id AS uuid), :now
          FROM numbered n
          JOIN unnest(CAST(:message_ids AS uuid[])) WITH ORDINALITY AS fresh(id, number) USING (number)
        RETURNING id, conversation_id, seq, change, asset_id, created_at),
    keyed AS (
        INSERT INTO chat.message_key (conversation_id, seq, message_id, sender, asset_id)
        SELECT conversation_id, seq, id, 'creator', asset_id FROM sent)
    SELECT sent.*, placed.fan_id FROM sent JOIN placed ON placed.id = sent.conversation_id
    """
).columns(**_IDS)

_WITHDRAW = text(
    """
    WITH locked AS (
        SELECT c.id
          FROM chat.message_key k
          JOIN chat.conversation c ON c.id = k.conversation_id
          JOIN chat.message m ON m.id = k.message_id
         WHERE k.asset_id = CAST(:asset_id AS uuid) AND m.removed_at IS NULL
         ORDER BY c.id
           FOR NO KEY UPDATE OF c),
    counted AS (
        UPDATE chat.conversation c
           SET last_change = c.last_change + 1
          FROM locked
         WHERE c.id = locked.id
        RETURNING c.id, c.last_change, c.fan_id)
    UPDATE chat.message m
       SET body = '', change = counted.last_change, removed_at = :now, removed_by = 'platform', removed_reason = :reason
      FROM counted
      JOIN chat.message_key k ON k.conversation_id = counted.id AND k.asset_id = CAST(:asset_id AS uuid)
     WHERE m.id = k.message_id
    RETURNING m.id, m.conversation_id, m.seq, m.change, m.asset_id, m.created_at, counted.fan_id
    """
).columns(**_IDS)
