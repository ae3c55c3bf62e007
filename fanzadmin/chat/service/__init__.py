"""The verbs of ChatSphere."""

from fanzadmin.chat.service.announcements import announce_asset, rename_announcement
from fanzadmin.chat.service.broadcasts import (
    NothingToSend,
    discard_own_broadcast,
    send_broadcast,
    send_due_broadcasts,
    send_own_broadcast,
    withdraw_from_broadcast,
)
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
    "NothingToSend",
    "SubscribersOnly",
    "TooLate",
    "UnknownPerson",
    "announce_asset",
    "discard_own_broadcast",
    "edit_message",
    "find_or_open",
    "mark_read",
    "moderate_message",
    "open_conversation",
    "rename_announcement",
    "send_broadcast",
    "send_due_broadcasts",
    "send_message",
    "send_own_broadcast",
    "show_typing",
    "unsend_message",
    "welcome_subscriber",
    "withdraw_from_broadcast",
]
