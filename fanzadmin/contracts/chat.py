"""ChatSphere: messages between a creator and a fan."""

from fanzadmin.contracts.timeline import timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.reasons import declare_reasons

declare_reasons("chat", {"taken_back": N_("Its sender took it back.")})


@fact("chat.message_sent.v1", subject="conversation_id")
class MessageSent(Fact):
    """A message has its number (`seq`) in a conversation. `sender` is creator, fan or platform. No text: it is private."""

    conversation_id: str
    creator_id: str
    fan_id: str
    message_id: str
    seq: int
    sender: str
    kind: str


@fact("chat.subscribers_notified.v1", subject="broadcast_id")
class SubscribersNotified(Fact):
    """The creator's subscribers have one message about these assets in their conversations."""

    broadcast_id: str
    creator_id: str
    asset_ids: tuple[str, ...]
    recipients: int


@fact("chat.message_removed.v1", subject="conversation_id")
class MessageRemoved(Fact):
    """A message lost its words but not its number. `removed_by` is sender or moderator; `reason` is a sentence."""

    conversation_id: str
    message_id: str
    seq: int
    removed_by: str
    reason: str


timeline(
    MessageSent,
    counts=lambda sent: {} if sent.sender == "platform" else {"messages": 1},
    seen=lambda sent: sent.sender == "fan",
)
