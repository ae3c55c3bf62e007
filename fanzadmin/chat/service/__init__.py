"""The verbs of ChatSphere."""

from fanzadmin.chat.service.broadcasts import broadcast_asset, withdraw_broadcast
from fanzadmin.chat.service.conversations import (
    NotReachable,
    SubscribersOnly,
    UnknownPerson,
    find_or_open,
    mark_read,
    open_conversation,
    show_typing,
    welcome_subscriber,
)
from fanzadmin.chat.service.messages import (
    BadClientId,
    EmptyMessage,
    MessageTooLong,
    NoSuchMessage,
    NotYours,
    TooLate,
    edit_message,
    moderate_message,
    send_message,
    unsend_message,
)

__all__ = [
    "BadClientId",
    "EmptyMessage",
    "MessageTooLong",
    "NoSuchMessage",
    "NotReachable",
    "NotYours",
    "SubscribersOnly",
    "TooLate",
    "UnknownPerson",
    "broadcast_asset",
    "edit_message",
    "find_or_open",
    "mark_read",
    "moderate_message",
    "open_conversation",
    "send_message",
    "show_typing",
    "unsend_message",
    "welcome_subscriber",
    "withdraw_broadcast",
]
