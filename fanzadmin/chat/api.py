"""ChatSphere for programs: what the socket does, and what it missed."""

from dataclasses import dataclass

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.chat import queries, service
from fanzadmin.chat.queries import ConversationCard, MessageCard, Offer, PendingBroadcast
from fanzadmin.chat.rights import CHAT_OWN_USE
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, Paged, PageOptions
from security.identity import me, own_creator
from security.rbac import requires

chat = Blueprint(
    "chat", __name__, url_prefix="/api/v1/chat", description="Conversations of creators and fans"
)


class ConversationArgs(Schema):
    creator_id = f.String(required=True)


class SyncArgs(Schema):
    """Without a number: the last messages. `since` and `before` are numbers of messages, `changed_since` is a change number."""

    since = f.Integer(load_default=None, validate=validate.Range(0))
    before = f.Integer(load_default=None, validate=validate.Range(1))
    changed_since = f.Integer(load_default=None, validate=validate.Range(0))
    limit = f.Integer(load_default=50, validate=validate.Range(1, 200))


class MessageArgs(Schema):
    client_id = f.String(
        required=True, metadata={"description": "your own id; the same again is the same message"}
    )
    body = f.String(required=True)


class EditArgs(Schema):
    body = f.String(required=True)


class ReadArgs(Schema):
    seq = f.Integer(
        required=True, validate=validate.Range(0), metadata={"description": "read up to this number"}
    )


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages of a conversation; `offers` are the assets that they announce, by id, as you may see them."""

    items: tuple[MessageCard, ...]
    offers: dict[str, Offer]
    last_seq: int
    last_change: int
    more: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """The message to your subscribers that gathers what you publish; null when none waits."""

    broadcast: PendingBroadcast | None


@dataclass(frozen=True, slots=True)
class Unread:
    """How many of your conversations have something to read."""

    conversations: int


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """You have read up to `seq`."""

    seq: int


@chat.route("/conversations")
class Conversations(MethodView):
    @requires(CHAT_OWN_USE)
    @chat.arguments(PageArgs, location="query")
    @chat.response(200, Paged[ConversationCard])
    def get(self, args: PageOptions) -> Paged[ConversationCard]:
        """Your conversations, the latest first."""
        return queries.conversations_of(me(), **args)

    @requires(CHAT_OWN_USE)
    @chat.arguments(ConversationArgs)
    @chat.response(200, ConversationCard)
    def post(self, values: dict[str, str]) -> ConversationCard:
        """Your conversation with a creator to whom you subscribe; it is opened if there is none."""
        return queries.conversation(me(), service.find_or_open(me(), values["creator_id"]))


@chat.route("/unread")
class UnreadConversations(MethodView):
    @requires(CHAT_OWN_USE)
    @chat.response(200, Unread)
    def get(self) -> Unread:
        """In how many of your conversations something waits to be read."""
        return Unread(queries.unread_conversations(me()))


@chat.route("/conversations/<conversation_id>")
class OneConversation(MethodView):
    @requires(CHAT_OWN_USE)
    @chat.response(200, ConversationCard)
    def get(self, conversation_id: str) -> ConversationCard:
        """One of your conversations."""
        return queries.conversation(me(), conversation_id)


@chat.route("/conversations/<conversation_id>/messages")
class ConversationMessages(MethodView):
    @requires(CHAT_OWN_USE)
    @chat.arguments(SyncArgs, location="query")
    @chat.response(200, Messages)
    def get(self, args: dict[str, int], conversation_id: str) -> Messages:
        """The last messages, or what came after `since`, or what changed after `changed_since`."""
        messages = queries.messages_of(me(), conversation_id, **args)
        offers = queries.offers_for(me(), messages.items)
        return Messages(messages.items, offers, messages.last_seq, messages.last_change, messages.more)

    @requires(CHAT_OWN_USE)
    @chat.arguments(MessageArgs)
    @chat.response(201, MessageCard)
    def post(self, values: dict[str, str], conversation_id: str) -> MessageCard:
        """Send a message. The same `client_id` again answers the first message."""
        return service.send_message(me(), conversation_id, **values)


@chat.route("/conversations/<conversation_id>/messages/<message_id>")
class OneMessage(MethodView):
    @requires(CHAT_OWN_USE)
    @chat.arguments(EditArgs)
    @chat.response(200, MessageCard)
    def patch(self, values: dict[str, str], conversation_id: str, message_id: str) -> MessageCard:
        """Change the text of your message, for 15 minutes."""
        return service.edit_message(me(), conversation_id, message_id, **values)

    @requires(CHAT_OWN_USE)
    @chat.response(200, MessageCard)
    def delete(self, conversation_id: str, message_id: str) -> MessageCard:
        """Take your message back: its number stays, its text goes."""
        return service.unsend_message(me(), conversation_id, message_id)


@chat.route("/conversations/<conversation_id>/read")
class Read(MethodView):
    @requires(CHAT_OWN_USE)
    @chat.arguments(ReadArgs)
    @chat.response(200, ReadUpTo)
    def put(self, values: dict[str, int], conversation_id: str) -> ReadUpTo:
        """You have read up to `seq`. The mark never goes back."""
        return ReadUpTo(service.mark_read(me(), conversation_id, **values))


@chat.route("/broadcasts/pending")
class OwnPendingBroadcast(MethodView):
    @requires(CHAT_OWN_USE)
    @chat.response(200, Pending)
    def get(self) -> Pending:
        """The message to your subscribers that waits: what it names and when it is sent."""
        return Pending(queries.pending_broadcast(own_creator().id))

    @requires(CHAT_OWN_USE)
    @chat.response(204)
    def delete(self) -> None:
        """Send no message about what was gathered."""
        service.discard_own_broadcast(me())


@chat.post("/broadcasts/pending/send")
@requires(CHAT_OWN_USE)
@chat.response(202)
def send_pending_broadcast() -> None:
    """Send the message to your subscribers now instead of at its hour."""
    service.send_own_broadcast(me())
