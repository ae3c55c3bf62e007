"""Live hints to the two sides of a conversation, sent after commit on the namespace /chat."""

from fanzadmin.chat.models import Conversation, Side
from fanzadmin.contracts.crm import People
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.realtime import emit_to_user

CHAT = "/chat"


def emit(user_id: int | None, event: str, data: dict[str, object]) -> None:
    """Hint every open page of one user."""
    emit_to_user(user_id, event, data, namespace=CHAT)


def emit_to_both(conversation: Conversation, event: str, data: dict[str, object]) -> None:
    """Hint both sides, the acting user's other pages included."""
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
    """Hint fans, each with an own event: fan id → data."""
    for fan in ask(People).fans(tuple(cards)).values():
        emit(fan.user_id, event, cards[fan.id])
