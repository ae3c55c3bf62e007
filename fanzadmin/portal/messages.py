"""Messages: the creator's conversations, and one of them, live."""

from flask import request

from fanzadmin.chat import queries as chat
from fanzadmin.chat.rights import CHAT_OWN_USE
from fanzadmin.portal.frame import blueprint, show
from security.identity import me
from security.rbac import requires

CONVERSATIONS = 40


@blueprint.get("/messages")
@requires(CHAT_OWN_USE)
def messages() -> str:
    """The conversations, the latest first."""
    page = chat.conversations_of(me(), limit=CONVERSATIONS, cursor=request.args.get("cursor"))
    return show("messages", "messages", conversations=page, open=None)


@blueprint.get("/messages/<conversation_id>")
@requires(CHAT_OWN_USE)
def conversation(conversation_id: str) -> str:
    """One conversation. Another creator's is not found."""
    opened = chat.conversation(me(), conversation_id)
    shown = chat.messages_of(me(), conversation_id, before=request.args.get("before", type=int))
    return show(
        "messages",
        "messages",
        conversations=chat.conversations_of(me(), limit=CONVERSATIONS),
        open=opened,
        shown=shown,
        offers=chat.offers_for(me(), shown.items),
    )
