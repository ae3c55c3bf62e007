"""The shapes of BioLinkHub's REST resources."""

from typing import Any

from marshmallow import Schema, post_load, validate
from marshmallow import fields as f

from fanzadmin.biolink.service import THEMES, Draft


class PublicBlockSchema(Schema):
    kind = f.String(metadata={"description": "item, link, heading or text"})
    title = f.String()
    asset_id = f.UUID(allow_none=True)
    link_path = f.String(metadata={"description": "the short link that counts; empty for words"})


class PublicPageSchema(Schema):
    handle = f.String()
    path = f.String()
    title = f.String()
    about = f.String()
    theme = f.String()
    blocks = f.List(f.Nested(PublicBlockSchema))
    next = f.Integer(allow_none=True, metadata={"description": "`start` of the page after, null at the end"})


class PublicPageArgs(Schema):
    start = f.Integer(load_default=None)


class BlockSchema(PublicBlockSchema):
    id = f.UUID()
    url = f.String()
    clicks = f.Integer()
    visible = f.Boolean()


class PageSchema(PublicPageSchema):
    state = f.String()
    blocks = f.List(f.Nested(BlockSchema))


class DraftSchema(Schema):
    id = f.UUID(load_default=None, metadata={"description": "a block of the page; leave out for a new one"})
    kind = f.String(load_default="", validate=validate.OneOf(("", "item", "link", "heading", "text")))
    title = f.String(load_default="")
    url = f.String(load_default="")
    visible = f.Boolean(load_default=True)

    @post_load
    def _drafted(self, fields: dict[str, Any], **_: object) -> Draft:
        return Draft(**fields | {"id": str(fields["id"] or "")})


class PageChangeSchema(Schema):
    title = f.String()
    about = f.String()
    theme = f.String(validate=validate.OneOf(THEMES))
    blocks = f.List(f.Nested(DraftSchema), metadata={"description": "the whole page from top to bottom"})


class LinkSchema(Schema):
    id = f.UUID()
    slug = f.String()
    path = f.String()
    target = f.String()
    title = f.String()
    asset_id = f.UUID(allow_none=True)
    clicks = f.Integer()
    state = f.String()
    expires_at = f.AwareDateTime(allow_none=True)
    created_at = f.AwareDateTime()


class NewLinkSchema(Schema):
    target = f.String(required=True)
    title = f.String(load_default="")
    slug = f.String(
        load_default="", metadata={"description": "3 to 40 letters, digits, hyphens; drawn when empty"}
    )
    expires_at = f.AwareDateTime(load_default=None, allow_none=True)


class ClicksArgs(Schema):
    days = f.Integer(load_default=30, validate=validate.Range(1, 366))


class DayCountSchema(Schema):
    day = f.Date()
    people = f.Integer()
    visits = f.Integer()
    bots = f.Integer()


class ShareSchema(Schema):
    name = f.String()
    people = f.Integer()
    visits = f.Integer()


class ClicksSchema(Schema):
    link_id = f.UUID()
    days = f.List(f.Nested(DayCountSchema))
    countries = f.List(f.Nested(ShareSchema))
    devices = f.List(f.Nested(ShareSchema))
    referrers = f.List(f.Nested(ShareSchema))
    bots = f.List(f.Nested(ShareSchema))
