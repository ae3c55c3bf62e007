"""Conversations: opening them, reading in them, who may write."""

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.chat.models import Conversation, ReadMark, Side
from fanzadmin.chat.queries import conversation_of, participant_of
from fanzadmin.chat.service import hints
from fanzadmin.chat.service.sequence import append
from fanzadmin.contracts.crm import Blocks, CreatorCard, FanCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Forbidden, NotFound
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask
from security.identity import Me, fan_of


class UnknownPerson(NotFound):
    title = "There is no such person"


class SubscribersOnly(Forbidden):
    title = "Only subscribers may write"


class NotReachable(Forbidden):
    title = "This creator takes no messages now"


def open_conversation(creator_id: str, fan_id: str) -> str:
    """The id of the conversation of these two, made if there is none. Raises UnknownPerson."""
    query = select(Conversation.id).where(
        Conversation.creator_id == creator_id, Conversation.fan_id == fan_id
    )
    existing = session.execute(query).scalar()
    if existing is not None:
        return existing
    creator, fan = ask(People).creator(creator_id), ask(People).fan(fan_id)
    if creator is None or fan is None:
        raise UnknownPerson(gettext("The creator or the fan is not known."))
    session.execute(insert(Conversation).values(conversation_row(creator, fan)).on_conflict_do_nothing())
    return session.execute(query).scalar_one()


def conversation_row(creator: CreatorCard, fan: FanCard) -> dict[str, object]:
    """The values of a conversation that begins now."""
    now = clock.now()
    return {
        "id": new_id(),
        "cluster": creator.cluster,
        "creator_id": creator.id,
        "fan_id": fan.id,
        "last_seq": 0,
        "last_change": 0,
        "last_message_at": now,
        "created_at": now,
    }


def find_or_open(person: Me, creator_id: str) -> str:
    """A fan's way to a creator: the id of their conversation. Raises NoFanAccount, UnknownPerson, SubscribersOnly, NotReachable."""
    fan = fan_of(person)
    if not is_id(creator_id):
        raise UnknownPerson(gettext("There is no such creator for you to write to."))
    demand_subscriber(fan.id, creator_id)
    return open_conversation(creator_id, fan.id)


def welcome_subscriber(creator_id: str, fan_id: str) -> None:
    """Open the conversation of a new subscriber with a word of welcome, once for good. Raises UnknownPerson."""
    conversation_id = open_conversation(creator_id, fan_id)
    creator = ask(People).creator(creator_id)
    name = creator.name if creator else "the creator"
    append(
        conversation_id,
        sender=Side.PLATFORM,
        client_id="welcome",
        body=f"You are subscribed to {name}. Say hello: {name} sees what you write here.",
    )


def mark_read(person: Me, conversation_id: str, *, seq: int) -> int:
    """Note that the user has read every message up to `seq`. Returns how far the mark stands; it never goes back.

    Raises NoSuchConversation.
    """
    participant = participant_of(person)
    conversation = conversation_of(participant, conversation_id)
    side = participant.side_in(conversation)
    values = {
        "conversation_id": conversation.id,
        "side": side.value,
        "seq": max(0, min(seq, conversation.last_seq)),
        "read_at": clock.now(),
    }
    mark = insert(ReadMark).values(values)
    further = {"seq": func.greatest(ReadMark.seq, mark.excluded.seq), "read_at": mark.excluded.read_at}
    stored = mark.on_conflict_do_update(index_elements=["conversation_id", "side"], set_=further)
    reached = session.execute(stored.returning(ReadMark.seq)).scalar_one()
    hints.emit_to_both(
        conversation, "read", {"conversation_id": conversation.id, "side": side.value, "seq": reached}
    )
    return reached


def show_typing(person: Me, conversation_id: str) -> None:
    """Let the other side see that the user types. Raises NoSuchConversation, NotReachable."""
    participant = participant_of(person)
    conversation = conversation_of(participant, conversation_id)
    side = participant.side_in(conversation)
    if not ask(People).active_among((conversation.creator_id,)):
        raise NotReachable(gettext("Nobody can write in this conversation at the moment."))
    other = Side.FAN if side is Side.CREATOR else Side.CREATOR
    typing: dict[str, object] = {"conversation_id": conversation.id, "side": side.value}
    hints.emit(hints.logins_of(conversation)[other], "typing", typing)


def demand_may_write(conversation: Conversation, side: Side) -> None:
    """A fan needs a running subscription, the creator a working account. Raises SubscribersOnly, NotReachable."""
    if side is Side.FAN:
        demand_subscriber(conversation.fan_id, conversation.creator_id)
        return
    creator = ask(People).creator(conversation.creator_id)
    if creator is None or not creator.is_active:
        raise NotReachable(gettext("Your account is not active: you can read your messages, not send any."))


def demand_subscriber(fan_id: str, creator_id: str) -> None:
    """Raises UnknownPerson, NotReachable, SubscribersOnly."""
    creator = ask(People).creator(creator_id)
    if creator is None:
        raise UnknownPerson(gettext("There is no such creator for you to write to."))
    if not creator.is_active or ask(Blocks).is_blocked(creator.id, fan_id):
        raise NotReachable(gettext("%(creator)s takes no messages at the moment.", creator=creator.name))
    if not ask(Entitlements).is_subscribed(fan_id, creator_id):
        raise SubscribersOnly(gettext("Subscribe to %(creator)s to write to them.", creator=creator.name))
