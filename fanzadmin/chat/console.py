"""The Community team's pages over ChatSphere: who talks with whom, and the removal of messages."""

from flask_babel import lazy_pgettext

from fanzadmin.chat import service
from fanzadmin.chat.models import Broadcast, Conversation, Message, ReadMark
from fanzadmin.console import Card, Console, Datamodel, Menu, Reason, Verb
from fanzadmin.console.rendering.cells import link

GROUP = "ChatSphere"
GROUNDS = ("Spam", "Abuse of a person", "Unlawful content", "Somebody's personal data")  # most often stated


class ChatConversationConsole(Console):
    datamodel = Datamodel(Conversation)
    resource = "chat:conversation"
    rest_name = "conversation-records"
    menu = Menu(GROUP, "Conversations", "chat")
    read_only = True
    list_title, show_title = "Conversations", "Conversation"
    list_columns = ["creator_id", "fan_id", "cluster", "last_seq", "last_message_at", "created_at"]
    show_columns = [*list_columns, "id"]
    search_columns = ["creator_id", "fan_id", "cluster", "last_message_at", "created_at"]
    base_order = ("last_message_at", "desc")


class ChatMessageConsole(Console):
    datamodel = Datamodel(Message)
    cluster_of = "conversation"
    resource = "chat:message"
    menu = Menu(GROUP, "Messages", "inbox")
    search = ("body",)
    facets = ("sender", "kind")
    read_only = True
    list_title, show_title = "Messages", "Message"
    list_columns = ["created_at", "sender", "kind", "body", "seq", "conversation.cluster", "removed_at"]
    show_columns = [
        "created_at", "sender", "kind", "body", "conversation_id", "seq", "edited_at",
        "removed_at", "removed_by", "removed_reason", "removed_words", "broadcast_id", "id",
    ]  # fmt: skip
    search_columns = [
        "body",
        "sender",
        "kind",
        "conversation_id",
        "broadcast_id",
        "created_at",
        "removed_at",
        "removed_by",
    ]
    label_columns = {
        "conversation.cluster": "Cluster",
    }
    cards = (
        Card("Messages", since="created_at", days=7, icon="chat"),
        Card(
            "Removed by moderators",
            q="removed_by:isnt:platform;sender",
            since="removed_at",
            days=30,
            good_when="down",
            icon="ban",
        ),
    )
    base_order = ("created_at", "desc")
    formatters_columns = {
        "conversation_id": link(
            "ChatConversationConsole.show", pk="conversation_id", label=lazy_pgettext("verb", "Open")
        ),
    }

    verbs = (
        Verb(
            "moderate",
            service.moderate_message,
            label="Remove",
            done="Removed",
            icon="trash",
            confirm="Remove these messages? Both sides lose their words.",
            asks=Reason(shortest=4, suggestions=GROUNDS),
            when={"removed_at": (None,)},
        ),
    )


class ChatBroadcastConsole(Console):
    datamodel = Datamodel(Broadcast)
    resource = "chat:conversation"
    menu = Menu(GROUP, "Broadcasts", "send")
    read_only = True
    list_title, show_title = "Broadcasts", "Broadcast"
    list_columns = ["opened_at", "creator_id", "due_at", "sent_at", "recipients", "cluster"]
    show_columns = [*list_columns, "id"]
    search_columns = ["creator_id", "cluster", "opened_at", "due_at", "sent_at"]
    base_order = ("opened_at", "desc")


class ChatReadMarkConsole(Console):
    datamodel = Datamodel(ReadMark)
    cluster_of = "conversation"
    resource = "chat:conversation"
    menu = Menu(GROUP, "Read marks", "check")
    read_only = True
    list_title, show_title = "Read marks", "Read mark"
    list_columns = ["read_at", "conversation_id", "side", "seq"]
    show_columns = list_columns
    search_columns = ["conversation_id", "side", "read_at"]
    base_order = ("read_at", "desc")
    formatters_columns = {
        "conversation_id": link(
            "ChatConversationConsole.show", pk="conversation_id", label=lazy_pgettext("verb", "Open")
        ),
    }
