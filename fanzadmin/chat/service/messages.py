"""Messages: sent, edited, taken back by their sender, removed by the Community team."""

import re
from datetime import timedelta

from flask_babel import gettext
from sqlalchemy import update

from fanzadmin.chat.models import Conversation, Kind, Message
from fanzadmin.chat.queries import MessageCard, Participant, conversation_of, message_card, participant_of
from fanzadmin.chat.service import hints
from fanzadmin.chat.service.conversations import demand_may_write
from fanzadmin.chat.service.sequence import append, next_change, sent_before
from fanzadmin.contracts.chat import MessageRemoved
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Forbidden, Invalid, NotFound
from fanzadmin.kernel.i18n.languages import number_text
from fanzadmin.kernel.ids import is_id
from security.identity import Me

LONGEST = 4000  # characters
EDIT_FOR = timedelta(minutes=15)
_CLIENT_ID = re.compile(r"[!-~]{1,64}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # PostgreSQL stores no NUL; tabs and line ends stay


class EmptyMessage(Invalid):
    title = "The message is empty"


class MessageTooLong(Invalid):
    title = "The message is too long"


class BadClientId(Invalid):
    title = "The client_id cannot be used"


class NoSuchMessage(NotFound):
    title = "There is no such message"


class NotYours(Forbidden):
    title = "This message is not yours"


class TooLate(BusinessError):
    status = 409
    title = "It is too late for that"


def send_message(person: Me, conversation_id: str, *, body: str, client_id: str) -> MessageCard:
    """Put a message into a conversation of this person's.

    `client_id` (1 to 64 visible ASCII characters) makes it safe to send again: the same id answers the first message.
    Raises NoSuchConversation, EmptyMessage, MessageTooLong, BadClientId, SubscribersOnly, NotReachable.
    """
    words = clean(body)
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise BadClientId(
            gettext("Give each message a client_id of its own, 1 to 64 letters, digits or signs.")
        )
    participant = participant_of(person)
    conversation = conversation_of(participant, conversation_id)
    side = participant.side_in(conversation)
    if before := sent_before(conversation.id, side, client_id):
        return message_card(before)
    demand_may_write(conversation, side)
    return append(
        conversation.id, sender=side, sender_user_id=person.user_id, body=words, client_id=client_id
    )


def edit_message(person: Me, conversation_id: str, message_id: str, *, body: str) -> MessageCard:
    """Change the text of a message of one's own, for 15 minutes after it was sent.

    Raises NoSuchConversation, NoSuchMessage, NotYours, TooLate, EmptyMessage, MessageTooLong.
    """
    words = clean(body)
    participant = participant_of(person)
    conversation, message = _own_message(participant, conversation_id, message_id)
    if message.kind != Kind.TEXT or clock.now() - message.created_at > EDIT_FOR:
        raise TooLate(gettext("A message can be changed for 15 minutes after it was sent."))
    demand_may_write(conversation, participant.side_in(conversation))
    return _change(conversation, message, body=words, edited_at=clock.now())


def unsend_message(person: Me, conversation_id: str, message_id: str) -> MessageCard:
    """Take a message of one's own back: its number stays, its text goes. Raises NoSuchConversation, NoSuchMessage, NotYours."""
    conversation, message = _own_message(participant_of(person), conversation_id, message_id)
    return _remove(conversation, message, by="sender", who="sender", reason="chat.taken_back", keep=None)


def moderate_message(message_id: str, *, reason: str) -> MessageCard:
    """Remove a message for the Community team, with the reason kept. Raises NoSuchMessage, EmptyMessage (no reason)."""
    if not reason.strip():
        raise EmptyMessage(gettext("Say why the message is removed."))
    message = session.get(Message, message_id, with_for_update=True) if is_id(message_id) else None
    clusters = current().clusters
    if message is None or (clusters is not None and message.conversation.cluster not in clusters):
        raise NoSuchMessage(gettext("There is no such message."))
    if message.removed_at is not None:
        return message_card(message)
    return _remove(
        message.conversation,
        message,
        by=current().actor,
        who="moderator",
        reason=reason.strip(),
        keep=message.body,
    )


def clean(body: object) -> str:
    """The text of a message as it is stored. Raises EmptyMessage, MessageTooLong."""
    if not isinstance(body, str):
        raise EmptyMessage(gettext("Write something first."))
    words = _UNPRINTABLE.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not words:
        raise EmptyMessage(gettext("Write something first."))
    if len(words) > LONGEST:
        raise MessageTooLong(
            gettext(
                "A message holds up to %(most)s characters; this one has %(length)s.",
                most=number_text(LONGEST),
                length=number_text(len(words)),
            )
        )
    return words


def _own_message(
    participant: Participant, conversation_id: str, message_id: str
) -> tuple[Conversation, Message]:
    """A message that the participant sent and that is still there; the conversation is locked."""
    conversation = conversation_of(participant, conversation_id, lock=True)
    message = session.get(Message, message_id, populate_existing=True) if is_id(message_id) else None
    if message is None or message.conversation_id != conversation.id or message.removed_at is not None:
        raise NoSuchMessage(gettext("There is no such message in this conversation."))
    if message.sender != participant.side_in(conversation):
        raise NotYours(gettext("Only who sent a message can change it."))
    return conversation, message


def _remove(
    conversation: Conversation, message: Message, *, by: str, who: str, reason: str, keep: str | None
) -> MessageCard:
    card = _change(
        conversation,
        message,
        body="",
        removed_at=clock.now(),
        removed_by=by,
        removed_reason=reason,
        removed_words=keep,
    )
    record(
        MessageRemoved(
            cluster=conversation.cluster,
            conversation_id=conversation.id,
            message_id=card.id,
            seq=card.seq,
            removed_by=who,
            reason=reason,
        )
    )
    return card


def _change(conversation: Conversation, message: Message, **values: object) -> MessageCard:
    change = next_change(conversation.id)
    session.execute(
        update(Message)
        .where(Message.id == message.id)
        .values(change=change, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(message)
    card = message_card(message)
    hints.emit_to_both(conversation, "message", card.as_event())
    return card
