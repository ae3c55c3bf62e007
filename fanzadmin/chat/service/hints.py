"""Live hints to the two sides of a conversation, sent after commit on the namespace /chat."""

from fanzadmin.chat.models import Conversation
from fanzadmin.kernel.web.realtime import emit_to_user

CHAT = "/chat"


def emit(user_id: int | None, event: str, data: dict[str, object]) -> None:
    """Hint every open page of one user."""
    emit_to_user(user_id, event, data, namespace=CHAT)


def emit_to_both(conversation: Conversation, event: str, data: dict[str, object]) -> None:
    """Hint both sides, the acting user's other pages included."""
    for user_id in {conversation.creator_user_id, conversation.fan_user_id}:
        emit(user_id, event, data)
