"""Messages that are reported: their words with those around them, and their removal."""

from sqlalchemy import select

from fanzadmin.chat.models import Message, MessageKey, Side
from fanzadmin.chat.queries import NoSuchConversation, Participant, conversation_of
from fanzadmin.chat.service.messages import moderate_message
from fanzadmin.contracts.crm import Evidence
from fanzadmin.contracts.media import Viewer
from fanzadmin.kernel.db import session

AROUND = 5  # messages before and after


class MessageEvidence:
    """The answer to `contracts.crm.ReportedMessages`. A participant reports what the other side said, also after a block."""

    def evidence(self, _kind: str, subject_id: str, viewer: Viewer) -> Evidence | None:
        message = session.get(Message, subject_id)
        if message is None or message.removed_at is not None or message.sender == Side.PLATFORM:
            return None
        try:
            participant = Participant(viewer.creator_id, viewer.fan_id)
            conversation = conversation_of(participant, message.conversation_id)
        except NoSuchConversation:
            return None
        return Evidence(
            cluster=conversation.cluster,
            creator_id=conversation.creator_id,
            fan_id=conversation.fan_id if message.sender == Side.FAN else None,
            title="",
            text=message.body,
            surroundings=_around(message),
        )

    def remove(self, _kind: str, subject_id: str, *, reason: str) -> None:
        moderate_message(subject_id, reason=reason)


def _around(message: Message) -> tuple[str, ...]:
    """The messages beside it in the order of the conversation, with their moment (UTC) and side."""
    query = (
        select(Message)
        .join(MessageKey, MessageKey.message_id == Message.id)
        .where(
            MessageKey.conversation_id == message.conversation_id,
            MessageKey.seq.between(message.seq - AROUND, message.seq + AROUND),
        )
        .order_by(MessageKey.seq)
    )
    return tuple(
        f"{row.created_at:%-d %b %Y, %H:%M} · {row.sender}: {row.body or '–'}"
        for row in session.execute(query).scalars()
    )
