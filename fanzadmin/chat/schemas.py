"""The shapes of ChatSphere's REST resources."""

from marshmallow import Schema, validate
from marshmallow import fields as f


class OfferSchema(Schema):
    id = f.String()
    title = f.String()
    kind = f.String()
    audience = f.String()
    price_minor = f.Integer(
        metadata={"description": "minor units of `currency`, 0 unless the audience is ppv"}
    )
    currency = f.String(metadata={"description": "ISO 4217"})
    duration_ms = f.Integer()
    thumbhash = f.String()
    poster_url = f.String(metadata={"description": "signed and expiring; empty while locked"})
    locked = f.Boolean()


class MessageSchema(Schema):
    id = f.String()
    conversation_id = f.String()
    seq = f.Integer(metadata={"description": "the place in the conversation, 1 to n without gaps"})
    change = f.Integer(metadata={"description": "the number of the last change of this message"})
    sender = f.String(metadata={"description": "creator, fan or platform"})
    kind = f.String(metadata={"description": "text or asset"})
    body = f.String()
    asset_id = f.String(allow_none=True)
    client_id = f.String(allow_none=True)
    created_at = f.DateTime()
    edited_at = f.DateTime(allow_none=True)
    removed = f.Boolean()


class MessagesSchema(Schema):
    items = f.List(f.Nested(MessageSchema))
    offers = f.Dict(keys=f.String(), values=f.Nested(OfferSchema), metadata={"description": "by asset id"})
    last_seq = f.Integer()
    last_change = f.Integer()
    more = f.Boolean()


class ConversationSchema(Schema):
    id = f.String()
    side = f.String(metadata={"description": "the side on which you are: creator or fan"})
    cluster = f.String()
    creator_id = f.String()
    fan_id = f.String()
    other_name = f.String()
    other_handle = f.String()
    last_seq = f.Integer()
    last_change = f.Integer()
    last_message_at = f.DateTime()
    last_sender = f.String()
    last_words = f.String()
    unread = f.Integer(metadata={"description": "exact up to 100"})
    read_seq = f.Integer()
    other_read_seq = f.Integer()


class ConversationPage(Schema):
    items = f.List(f.Nested(ConversationSchema))
    next = f.String(allow_none=True)


class NewConversationSchema(Schema):
    creator_id = f.String(required=True)


class SyncArgs(Schema):
    """Without a number: the last messages. `since` and `before` are places, `changed_since` is a change number."""

    since = f.Integer(load_default=None, validate=validate.Range(0))
    before = f.Integer(load_default=None, validate=validate.Range(1))
    changed_since = f.Integer(load_default=None, validate=validate.Range(0))
    limit = f.Integer(load_default=50, validate=validate.Range(1, 200))


class SendSchema(Schema):
    client_id = f.String(
        required=True, metadata={"description": "your own id; the same again is the same message"}
    )
    body = f.String(required=True)


class WordsSchema(Schema):
    body = f.String(required=True)


class ReadSchema(Schema):
    seq = f.Integer(
        required=True, validate=validate.Range(0), metadata={"description": "read up to this place"}
    )
