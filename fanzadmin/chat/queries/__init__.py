"""What may be read of conversations and broadcasts; each read begins at the user who asks."""

from fanzadmin.chat.queries.broadcasts import NamedAsset, PendingBroadcast, announced_by, pending_broadcast
from fanzadmin.chat.queries.conversations import (
    ChatMessages,
    ConversationCard,
    MessageCard,
    MessagesPage,
    NoSuchConversation,
    Offer,
    Participant,
    conversation,
    conversation_of,
    conversations_of,
    message_card,
    messages_of,
    offers_for,
    participant_of,
    unread_conversations,
)

__all__ = [
    "ChatMessages",
    "ConversationCard",
    "MessageCard",
    "MessagesPage",
    "NamedAsset",
    "NoSuchConversation",
    "Offer",
    "Participant",
    "PendingBroadcast",
    "announced_by",
    "conversation",
    "conversation_of",
    "conversations_of",
    "message_card",
    "messages_of",
    "offers_for",
    "participant_of",
    "pending_broadcast",
    "unread_conversations",
]
