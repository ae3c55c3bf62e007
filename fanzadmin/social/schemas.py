"""The shapes of FanzSocial's REST resources."""

from marshmallow import Schema, validate
from marshmallow import fields as f


class PostMediaSchema(Schema):
    id = f.String()
    kind = f.String()
    duration_ms = f.Integer()
    price_minor = f.Integer(
        metadata={"description": "minor units of `currency`, 0 unless the audience is ppv"}
    )
    currency = f.String(metadata={"description": "ISO 4217"})
    thumbhash = f.String()
    poster_url = f.String(metadata={"description": "signed and expiring; empty while locked"})


class PostSchema(Schema):
    id = f.String()
    creator_id = f.String()
    creator_handle = f.String()
    creator_name = f.String()
    title = f.String()
    body = f.String(metadata={"description": "empty for locked words"})
    audience = f.String(metadata={"description": "public, subscribers or ppv"})
    locked = f.Boolean()
    media = f.Nested(PostMediaSchema, allow_none=True)
    published_at = f.DateTime()
    likes = f.Integer()
    comments = f.Integer()
    shares = f.Integer()
    liked = f.Boolean()


class PostPage(Schema):
    items = f.List(f.Nested(PostSchema))
    next = f.String(allow_none=True)


class NewPostSchema(Schema):
    body = f.String(required=True)
    audience = f.String(load_default="public", validate=validate.OneOf(["public", "subscribers"]))


class CommentSchema(Schema):
    id = f.String(dump_only=True)
    author = f.String(dump_only=True)
    by_creator = f.Boolean(dump_only=True)
    body = f.String(required=True)
    created_at = f.DateTime(dump_only=True)
    is_mine = f.Boolean(dump_only=True)


class CommentPage(Schema):
    items = f.List(f.Nested(CommentSchema))
    next = f.String(allow_none=True)


class MadeSchema(Schema):
    id = f.String()


class LikesSchema(Schema):
    likes = f.Integer()
    liked = f.Boolean()


class SharesSchema(Schema):
    shares = f.Integer()


class FollowSchema(Schema):
    creator_id = f.String()
    following = f.Boolean()
