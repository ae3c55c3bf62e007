"""The shapes of MediaCore's REST resources."""

from marshmallow import EXCLUDE, Schema
from marshmallow import fields as f


class UploadArgs(Schema):
    """What is said about an upload: in the query of a raw upload, in the fields of a multipart form.

    `tags` and `performer_ids` are separated by commas.
    """

    class Meta:
        unknown = EXCLUDE

    title = f.String(required=True)
    filename = f.String(load_default="")
    audience = f.String(load_default="subscribers", metadata={"enum": ["public", "subscribers", "ppv"]})
    price_minor = f.Integer(load_default=0, strict=False)
    currency = f.String(load_default="")
    caption = f.String(load_default="")
    tags = f.String(load_default="")
    performer_ids = f.String(load_default="")


class RenditionSchema(Schema):
    purpose = f.String()
    name = f.String()
    content_type = f.String()
    width = f.Integer(allow_none=True)
    height = f.Integer(allow_none=True)
    bit_rate = f.Integer(allow_none=True)
    size = f.Integer()


class AssetSchema(Schema):
    id = f.String()
    cluster = f.String()
    creator_id = f.String()
    title = f.String()
    caption = f.String()
    tags = f.List(f.String())
    kind = f.String()
    state = f.String()
    audience = f.String()
    price_minor = f.Integer()
    currency = f.String()
    performer_ids = f.List(f.String())
    filename = f.String()
    size = f.Integer()
    stored_bytes = f.Integer()
    sha256 = f.String()
    duration_ms = f.Integer()
    width = f.Integer(allow_none=True)
    height = f.Integer(allow_none=True)
    poster_url = f.String()
    thumbhash = f.String()
    waits_for = f.List(f.String())
    percent = f.Integer()
    doing = f.String()
    created_at = f.DateTime()
    ready_at = f.DateTime(allow_none=True)
    published_at = f.DateTime(allow_none=True)
    processing_ms = f.Integer(allow_none=True)
    renditions = f.List(f.Nested(RenditionSchema))


class WithdrawArgs(Schema):
    reason = f.String(load_default="")


class PictureSchema(Schema):
    url = f.String()
    format = f.String()
    width = f.Integer()
    height = f.Integer()


class PlaybackSchema(Schema):
    asset_id = f.String()
    kind = f.String()
    title = f.String()
    duration_ms = f.Integer()
    expires_at = f.DateTime()
    hls_url = f.String()
    dash_url = f.String()
    audio_url = f.String()
    waveform_url = f.String()
    storyboard_url = f.String()
    preview_url = f.String()
    pictures = f.List(f.Nested(PictureSchema))
    thumbhash = f.String()
