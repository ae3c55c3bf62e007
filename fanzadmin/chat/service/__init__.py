"""The verbs of ChatSphere."""

from fanzadmin.chat.service.broadcasts import tell_subscribers, withdraw_news
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
    "edit_message",
    "find_or_open",
    "mark_read",
    "moderate_message",
    "open_conversation",
    "send_message",
    "show_typing",
    "tell_subscribers",
    "unsend_message",
    "welcome_subscriber",
    "withdraw_news",
]
