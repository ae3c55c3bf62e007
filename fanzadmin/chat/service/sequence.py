"""The sequence of a conversation: a message gets its `seq` and a change its number, one at a time under the row lock."""

from sqlalchemy import select, update

from fanzadmin.chat.models import Conversation, Kind, Message, MessageKey, Side
from fanzadmin.chat.queries import MessageCard, message_card
from fanzadmin.chat.service import hints
from fanzadmin.contracts.chat import MessageSent
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id


def append(
    conversation_id: str,
    *,
    sender: Side,
    body: str,
    client_id: str,
    sender_user_id: int | None = None,
) -> MessageCard:
    """Append a message to the sequence; the same `client_id` of the same sender again answers the first message."""
    conversation = _locked(conversation_id)
    if before := sent_before(conversation_id, sender, client_id):
        return message_card(before)
    seq, change = _next_in_sequence(conversation)
    message = Message(
        id=new_id(),
        conversation_id=conversation_id,
        seq=seq,
        change=change,
        sender=sender.value,
        sender_user_id=sender_user_id,
        client_id=client_id,
        kind=Kind.TEXT.value,
        body=body,
        created_at=clock.now(),
    )
    key = MessageKey(
        conversation_id=conversation_id,
        seq=seq,
        message_id=message.id,
        sender=sender.value,
        client_id=client_id,
    )
    session.add_all((message, key))
    card = message_card(message)
    hints.emit_to_both(conversation, "message", card.as_event())
    record(
        MessageSent(
            cluster=conversation.cluster,
            conversation_id=conversation_id,
            creator_id=conversation.creator_id,
            fan_id=conversation.fan_id,
            message_id=card.id,
            seq=seq,
            sender=sender.value,
            kind=card.kind,
        )
    )
    return card


def sent_before(conversation_id: str, sender: Side, client_id: str) -> Message | None:
    """The message that this sender already sent under `client_id`."""
    message_id = select(MessageKey.message_id).where(
        MessageKey.conversation_id == conversation_id,
        MessageKey.sender == sender.value,
        MessageKey.client_id == client_id,
    )
    query = select(Message).where(Message.id == message_id.scalar_subquery())
    return session.execute(query).scalar_one_or_none()


def next_change(conversation_id: str) -> int:
    """Count a change of the conversation that adds no message."""
    counted = (
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(last_change=Conversation.last_change + 1)
        .returning(Conversation.last_change)
        .execution_options(synchronize_session=False)
    )
    return session.execute(counted).scalar_one()


def _locked(conversation_id: str) -> Conversation:
    """The conversation, its row locked until the transaction ends, so that a repeated one is seen before it gets a number."""
    query = select(Conversation).where(Conversation.id == conversation_id).with_for_update(key_share=True)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one()


def _next_in_sequence(conversation: Conversation) -> tuple[int, int]:
    """Core, not the unit of work: counters are no news for the audit."""
    counted = (
        update(Conversation)
        .where(Conversation.id == conversation.id)
        .values(
            last_seq=Conversation.last_seq + 1,
            last_change=Conversation.last_change + 1,
            last_message_at=clock.now(),
        )
        .returning(Conversation.last_seq, Conversation.last_change)
        .execution_options(synchronize_session=False)
    )
    seq, change = session.execute(counted).one()
    return seq, change
