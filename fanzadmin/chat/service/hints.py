"""Live hints to the two sides of a conversation, sent after commit on the namespace /chat."""

from sqlalchemy import select

from fanzadmin.chat.models import Conversation, Side
from fanzadmin.contracts.crm import Blocks, People
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.realtime import emit_to_user

CHAT = "/chat"


def emit(user_id: int | None, event: str, data: dict[str, object]) -> None:
    """Hint every open page of one user."""
    emit_to_user(user_id, event, data, namespace=CHAT)


def emit_to_both(conversation: Conversation, event: str, data: dict[str, object]) -> None:
    """Hint both sides, the acting user's other pages included; not those of a pair that is blocked."""
    if ask(Blocks).is_blocked(conversation.creator_id, conversation.fan_id):
        return
    for user_id in set(logins_of(conversation).values()):
        emit(user_id, event, data)


def logins_of(conversation: Conversation) -> dict[Side, int | None]:
    """Who signs in as the creator and as the fan of a conversation now."""
    people = ask(People)
    creator, fan = people.creator(conversation.creator_id), people.fan(conversation.fan_id)
    return {
        Side.CREATOR: creator.user_id if creator else None,
        Side.FAN: fan.user_id if fan else None,
    }


def emit_to_fans(cards: dict[str, dict[str, object]], event: str) -> None:
    """Hint fans about messages of one creator, each with an own event: fan id → data. Those of a blocked pair get none."""
    if not cards:
        return
    conversation_id = next(iter(cards.values()))["conversation_id"]
    creator_id = select(Conversation.creator_id).where(Conversation.id == conversation_id)
    hidden = ask(Blocks).blocked_fans(session.execute(creator_id).scalar_one())
    for fan in ask(People).fans(tuple(cards.keys() - hidden)).values():
        emit(fan.user_id, event, cards[fan.id])
