"""What may be read of conversations; each read begins at the user who asks."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, Row, Select, false, or_, select, text

from fanzadmin.chat.models import Conversation, Message, MessageKey, Side
from fanzadmin.chat.queries.broadcasts import NamedAsset, announced_by
from fanzadmin.console.record.timeline import TimelineEvent
from fanzadmin.contracts.crm import Blocks, People
from fanzadmin.contracts.media import Access, Opening
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.paging import KeysetQuery, Paged
from security.asset_viewer import viewer_of
from security.identity import Me

UNREAD_CAP = 100  # an unread count stops here: "99+" says enough
MOST = 200  # messages in one answer


class NoSuchConversation(NotFound):
    title = "There is no such conversation"


@dataclass(frozen=True, slots=True)
class MessageCard:
    """A message as its participants see it; a removed one has no body left. `client_id` is its sender's own id."""

    id: str
    conversation_id: str
    seq: Annotated[int, "the number in the conversation, 1 to n without gaps"]
    change: Annotated[int, "the number of the last change of this message"]
    sender: Annotated[str, "creator, fan or platform"]
    kind: Annotated[str, "text or asset"]
    body: str
    assets: Annotated[tuple[NamedAsset, ...], "what it announces; empty for a text"]
    client_id: str | None
    created_at: datetime
    edited_at: datetime | None
    removed: bool
    removed_by: Annotated[str, "sender, moderator or platform; empty while it stands"] = ""
    removed_reason: Annotated[str, "why the Community team removed it; empty for others"] = ""

    def as_event(self) -> dict[str, object]:
        """The JSON form that sockets carry."""
        moments = {"created_at": self.created_at, "edited_at": self.edited_at}
        return asdict(self) | {name: at and at.isoformat() for name, at in moments.items()}


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """Messages in ascending order of `seq` (of `change` where that was asked for).

    `more` says that the answer was cut: ask again from its end. A client that has it all is at `last_change`.
    """

    items: tuple[MessageCard, ...]
    last_seq: int
    last_change: int
    more: bool


@dataclass(frozen=True, slots=True)
class ConversationCard:
    """A conversation as one side sees it. `unread` is exact up to 100. `other_*` is who is on the other side."""

    id: str
    side: Annotated[str, "the side on which you are: creator or fan"]
    cluster: str
    creator_id: str
    fan_id: str
    other_name: str
    other_handle: str
    last_seq: int
    last_change: int
    last_message_at: datetime
    last_sender: str
    last_words: str
    unread: Annotated[int, "exact up to 100"]
    read_seq: int
    other_read_seq: int


@dataclass(frozen=True, slots=True)
class Offer:
    """An asset as a message may show it to the user; locked ones without any picture but the ThumbHash."""

    id: str
    title: str
    kind: str
    audience: str
    price_minor: int
    currency: str
    duration_ms: int
    thumbhash: str
    poster_url: Annotated[str, "signed and expiring; empty while locked"]
    locked: bool


@dataclass(frozen=True, slots=True)
class Participant:
    """The creator and the fan who sign in with a login now, and who is blocked for them; a login that changes hands is
    another participant at once."""

    creator_id: str | None
    fan_id: str | None
    hidden_fans: frozenset[str] = frozenset()
    hidden_creators: frozenset[str] = frozenset()

    def side_in(self, conversation: Conversation) -> Side:
        """The side on which the participant stands in one of the own conversations."""
        return Side.CREATOR if conversation.creator_id == self.creator_id else Side.FAN


def participant_of(person: Me) -> Participant:
    """Who the user is in conversations."""
    people = ask(People)
    creator, fan = people.creator_of_user(person.user_id), people.fan_of_user(person.user_id)
    return Participant(
        creator.id if creator else None,
        fan.id if fan else None,
        hidden_fans=ask(Blocks).blocked_fans(creator.id) if creator else frozenset(),
        hidden_creators=ask(Blocks).blocked_creators(fan.id) if fan else frozenset(),
    )


def conversation_of(participant: Participant, conversation_id: str, *, lock: bool = False) -> Conversation:
    """A conversation of the participant, for this system's own use. Raises NoSuchConversation, also for a neighbour's.

    `lock` holds the row until the transaction ends; messages get their numbers under it.
    """
    if not is_id(conversation_id):
        raise NoSuchConversation(gettext("There is no such conversation among yours."))
    query = _of(participant).where(Conversation.id == conversation_id)
    if lock:
        query = query.with_for_update(key_share=True)
    conversation = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if conversation is None:
        raise NoSuchConversation(gettext("There is no such conversation among yours."))
    return conversation


def conversations_of(person: Me, *, limit: int = 25, cursor: str | None = None) -> Paged[ConversationCard]:
    """The user's conversations, the latest first."""
    participant = participant_of(person)
    latest = KeysetQuery(
        _of(participant),
        (Conversation.last_message_at, Conversation.id),
        shape=lambda conversation: conversation,
    )
    conversations = latest.page(limit=limit, cursor=cursor)
    return Paged(items=_cards(participant, conversations.items), next=conversations.next)


def conversation(person: Me, conversation_id: str) -> ConversationCard:
    """One conversation of the user. Raises NoSuchConversation."""
    participant = participant_of(person)
    return _cards(participant, [conversation_of(participant, conversation_id)])[0]


def unread_conversations(person: Me) -> int:
    """In how many conversations something waits to be read."""
    participant = participant_of(person)
    parameters = {
        "creator_id": participant.creator_id,
        "fan_id": participant.fan_id,
        "hidden_fans": list(participant.hidden_fans),
        "hidden_creators": list(participant.hidden_creators),
    }
    return int(session.execute(_WAITING, parameters).scalar_one())


def messages_of(
    person: Me,
    conversation_id: str,
    *,
    since: int | None = None,
    before: int | None = None,
    changed_since: int | None = None,
    limit: int = 50,
) -> MessagesPage:
    """The last messages; or those after place `since`, before place `before`, or changed after `changed_since`.

    Raises NoSuchConversation.
    """
    # Its counters first: what comes between is then in the items.
    conversation = conversation_of(participant_of(person), conversation_id)
    keyed = select(Message).join(MessageKey, MessageKey.message_id == Message.id)
    keyed = keyed.where(MessageKey.conversation_id == conversation.id)
    limit, backwards = max(1, min(limit, MOST)), False
    if changed_since is not None:
        query = select(Message).where(
            Message.conversation_id == conversation.id, Message.change > changed_since
        )
        query = query.order_by(Message.change)
    elif since is not None:
        query = keyed.where(MessageKey.seq > since).order_by(MessageKey.seq)
    else:
        backwards = True
        query = keyed.where(_before(before)).order_by(MessageKey.seq.desc())
    rows = session.execute(query.limit(limit + 1)).scalars().all()
    announced = announced_by([row.broadcast_id for row in rows if row.broadcast_id])
    shown = [message_card(row, assets=announced.get(row.broadcast_id or "", ())) for row in rows[:limit]]
    return MessagesPage(
        items=tuple(reversed(shown)) if backwards else tuple(shown),
        last_seq=conversation.last_seq,
        last_change=conversation.last_change,
        more=len(rows) > limit,
    )


def offers_for(person: Me, items: Sequence[MessageCard]) -> dict[str, Offer]:
    """The assets that these messages announce, by id, as the user may see them."""
    asset_ids = tuple({asset.id for item in items for asset in item.assets})
    if not asset_ids:
        return {}
    openings = ask(Access).openings(viewer_of(person), asset_ids)
    return {asset_id: _offer(opening) for asset_id, opening in openings.items()}


class ChatMessages:
    """Answers the consoles' Correspondence: with whom a creator or a fan wrote, and when; never what."""

    resource = "chat:conversation"

    def about(
        self, table: str, record_id: str, *, before: datetime | None, limit: int
    ) -> tuple[TimelineEvent, ...]:
        """The conversations of a creator or a fan by their latest message, the newest first."""
        side = {"creator": Conversation.creator_id, "fan": Conversation.fan_id}.get(table.rpartition(".")[2])
        if side is None or not is_id(record_id):
            return ()
        query = select(Conversation).where(side == record_id, Conversation.last_seq > 0)
        if before is not None:
            query = query.where(Conversation.last_message_at < before)
        rows = (
            session.execute(query.order_by(Conversation.last_message_at.desc()).limit(limit)).scalars().all()
        )
        people = ask(People)
        names = people.fans(tuple(row.fan_id for row in rows)) if side is Conversation.creator_id else {}
        makers = {} if names else people.creators(tuple({row.creator_id for row in rows}))
        others = {row.id: names.get(row.fan_id) or makers.get(row.creator_id) for row in rows}
        return tuple(_timeline_entry(row, other.name if (other := others[row.id]) else "") for row in rows)


def _timeline_entry(conversation: Conversation, other: str) -> TimelineEvent:
    return TimelineEvent(
        at=conversation.last_message_at,
        id=conversation.id,
        title=gettext("Messages with %(name)s", name=other) if other else gettext("Messages"),
        text=gettext("%(count)s in all, the latest then", count=f"{conversation.last_seq:,}"),
        icon="inbox",
        url=f"/chatconversationconsole/show/{conversation.id}",
    )


def message_card(message: Message, *, assets: tuple[NamedAsset, ...] = ()) -> MessageCard:
    """What a participant sees of a row."""
    return MessageCard(
        id=message.id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        change=message.change,
        sender=message.sender,
        kind=message.kind,
        body=message.body,
        assets=() if message.removed_at else assets,
        client_id=message.client_id,
        created_at=message.created_at,
        edited_at=message.edited_at,
        removed=message.removed_at is not None,
        removed_by=message.removed_for,
        removed_reason=(message.removed_reason or "") if message.removed_for == "moderator" else "",
    )


def _of(participant: Participant) -> Select[Conversation]:
    sides = []
    if participant.creator_id is not None:
        hidden = Conversation.fan_id.in_(participant.hidden_fans)
        sides.append((Conversation.creator_id == participant.creator_id) & ~hidden)
    if participant.fan_id is not None:
        hidden = Conversation.creator_id.in_(participant.hidden_creators)
        sides.append((Conversation.fan_id == participant.fan_id) & ~hidden)
    return select(Conversation).where(or_(false(), *sides))


def _before(seq: int | None) -> ColumnElement[bool]:
    return MessageKey.seq > 0 if seq is None else MessageKey.seq < seq


def _cards(participant: Participant, rows: Sequence[Conversation]) -> tuple[ConversationCard, ...]:
    if not rows:
        return ()
    parameters = {"ids": [row.id for row in rows], "creator_id": participant.creator_id, "cap": UNREAD_CAP}
    states = {state.id: state for state in session.execute(_STATES, parameters)}
    fans = ask(People).fans(tuple({row.fan_id for row in rows}))
    creators = ask(People).creators(tuple({row.creator_id for row in rows}))
    cards = []
    for row in rows:
        card = _card(row, participant.side_in(row), states[row.id])
        if card.side == Side.FAN:
            other = creators.get(row.creator_id)
            card = replace(card, other_name=other.name, other_handle=other.handle) if other else card
        elif fan := fans.get(row.fan_id):
            card = replace(card, other_name=fan.name)
        cards.append(card)
    return tuple(cards)


def _card(row: Conversation, side: Side, state: Row[Any]) -> ConversationCard:  # Any: the columns of _STATES
    return ConversationCard(
        id=row.id,
        side=side.value,
        cluster=row.cluster,
        creator_id=row.creator_id,
        fan_id=row.fan_id,
        other_name=gettext("Somebody who left"),
        other_handle="",
        last_seq=row.last_seq,
        last_change=row.last_change,
        last_message_at=row.last_message_at,
        last_sender=state.last_sender,
        last_words=state.last_words,
        unread=state.unread,
        read_seq=state.read_seq,
        other_read_seq=state.other_read_seq,
    )


def _offer(opening: Opening) -> Offer:
    card = opening.card
    return Offer(
        id=card.id,
        title=card.title,
        kind=card.kind,
        audience=card.audience,
        price_minor=card.price_minor,
        currency=card.currency,
        duration_ms=card.duration_ms,
        thumbhash=card.thumbhash,
        poster_url=card.poster_url if opening.is_open else "",
        locked=not opening.is_open,
    )


_STATES = text(
    """
    SELECT c.id,
           coalesce(mine.seq, 0) AS read_seq,
           coalesce(theirs.seq, 0) AS other_read_seq,
           coalesce(latest.sender, '') AS last_sender,
           coalesce(left(latest.body, 160), '') AS last_words,
           (SELECT count(*) FROM (
               SELECT 1 FROM chat.message_key k JOIN chat.message m ON m.id = k.message_id
                WHERE k.conversation_id = c.id AND k.seq > coalesce(mine.seq, 0)
                  AND m.sender <> c.side AND m.removed_at IS NULL
                LIMIT :cap) AS waiting) AS unread
      FROM (SELECT *, CASE WHEN creator_id = CAST(:creator_id AS uuid) THEN 'creator' ELSE 'fan' END AS side
              FROM chat.conversation WHERE id = ANY(CAST(:ids AS uuid[]))) AS c
      LEFT JOIN chat.read_mark mine ON mine.conversation_id = c.id AND mine.side = c.side
      LEFT JOIN chat.read_mark theirs ON theirs.conversation_id = c.id AND theirs.side <> c.side
      LEFT JOIN LATERAL (SELECT m.sender, m.body
                           FROM chat.message_key k JOIN chat.message m ON m.id = k.message_id
                          WHERE k.conversation_id = c.id AND m.removed_at IS NULL
                          ORDER BY k.seq DESC LIMIT 1) AS latest ON true
    """
).columns(id=Conversation.id.type)

_WAITING = text(
    """
    SELECT count(*)
      FROM (SELECT *, CASE WHEN creator_id = CAST(:creator_id AS uuid) THEN 'creator' ELSE 'fan' END AS side
              FROM chat.conversation
             WHERE creator_id = CAST(:creator_id AS uuid) AND NOT fan_id = ANY(CAST(:hidden_fans AS uuid[]))
                OR fan_id = CAST(:fan_id AS uuid) AND NOT creator_id = ANY(CAST(:hidden_creators AS uuid[]))) AS c
      LEFT JOIN chat.read_mark mine ON mine.conversation_id = c.id AND mine.side = c.side
     WHERE c.last_seq > coalesce(mine.seq, 0)
       AND EXISTS (SELECT 1 FROM chat.message_key k JOIN chat.message m ON m.id = k.message_id
                    WHERE k.conversation_id = c.id AND k.seq > coalesce(mine.seq, 0)
                      AND m.sender <> c.side AND m.removed_at IS NULL)
    """
)
