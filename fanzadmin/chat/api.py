"""ChatSphere for programs: what the socket does, and what it missed."""

from typing import Any

from flask.views import MethodView

from fanzadmin.chat import queries, service
from fanzadmin.chat.schemas import (
    ConversationPage,
    ConversationSchema,
    MessageSchema,
    MessagesSchema,
    NewConversationSchema,
    ReadSchema,
    SendSchema,
    SyncArgs,
    WordsSchema,
)
from fanzadmin.kernel.web.rest import Blueprint, PageArgs
from security.identity import me
from security.rbac import Right, requires

chat = Blueprint(
    "chat", __name__, url_prefix="/api/v1/chat", description="Conversations of creators and fans"
)


@chat.route("/conversations")
class Conversations(MethodView):
    @requires(Right.CHAT_OWN_USE)
    @chat.arguments(PageArgs, location="query")
    @chat.response(200, ConversationPage)
    def get(self, args: dict[str, Any]) -> Any:
        """Your conversations, the latest first."""
        return queries.conversations_of(me(), **args)

    @requires(Right.CHAT_OWN_USE)
    @chat.arguments(NewConversationSchema)
    @chat.response(200, ConversationSchema)
    def post(self, values: dict[str, Any]) -> Any:
        """Your conversation with a creator to whom you subscribe; it is opened if there is none."""
        return queries.conversation(me(), service.find_or_open(me(), values["creator_id"]))


@chat.route("/conversations/<conversation_id>")
class OneConversation(MethodView):
    @requires(Right.CHAT_OWN_USE)
    @chat.response(200, ConversationSchema)
    def get(self, conversation_id: str) -> Any:
        """One of your conversations."""
        return queries.conversation(me(), conversation_id)


@chat.route("/conversations/<conversation_id>/messages")
class Messages(MethodView):
    @requires(Right.CHAT_OWN_USE)
    @chat.arguments(SyncArgs, location="query")
    @chat.response(200, MessagesSchema)
    def get(self, args: dict[str, Any], conversation_id: str) -> dict[str, Any]:
        """The last messages, or what came after `since`, or what changed after `changed_since`."""
        found = queries.messages_of(me(), conversation_id, **args)
        return {
            "items": found.items,
            "offers": queries.offers_for(me(), found.items),
            "last_seq": found.last_seq,
            "last_change": found.last_change,
            "more": found.more,
        }

    @requires(Right.CHAT_OWN_USE)
    @chat.arguments(SendSchema)
    @chat.response(201, MessageSchema)
    def post(self, values: dict[str, Any], conversation_id: str) -> Any:
        """Send a message. The same `client_id` again answers the first message."""
        return service.send_message(me(), conversation_id, **values)


@chat.route("/conversations/<conversation_id>/messages/<message_id>")
class OneMessage(MethodView):
    @requires(Right.CHAT_OWN_USE)
    @chat.arguments(WordsSchema)
    @chat.response(200, MessageSchema)
    def patch(self, values: dict[str, Any], conversation_id: str, message_id: str) -> Any:
        """Change the words of your message, for 15 minutes."""
        return service.edit_message(me(), conversation_id, message_id, **values)

    @requires(Right.CHAT_OWN_USE)
    @chat.response(200, MessageSchema)
    def delete(self, conversation_id: str, message_id: str) -> Any:
        """Take your message back: its place stays, its words go."""
        return service.unsend_message(me(), conversation_id, message_id)


@chat.route("/conversations/<conversation_id>/read")
class Read(MethodView):
    @requires(Right.CHAT_OWN_USE)
    @chat.arguments(ReadSchema)
    @chat.response(200, ReadSchema)
    def put(self, values: dict[str, Any], conversation_id: str) -> dict[str, int]:
        """You have read up to `seq`. The mark never goes back."""
        return {"seq": service.mark_read(me(), conversation_id, **values)}
