"""The shapes of Compliance's REST resources."""

from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.compliance.models import AliasKind, DocumentKind, ReviewState
from fanzadmin.compliance.service import DISTRIBUTIONS
from fanzadmin.kernel.web.rest import PageArgs


class DocumentSchema(Schema):
    id = f.String()
    kind = f.String()
    country = f.String()
    number_last4 = f.String()
    expires_on = f.Date()
    has_copy = f.Boolean()


class RecordSchema(Schema):
    """A performer's record: unverified, pending, verified, expired or rejected, with the reason."""

    id = f.String()
    stage_name = f.String()
    legal_name = f.String()
    born_on = f.Date()
    state = f.String()
    reason = f.String()
    is_self = f.Boolean()
    valid_until = f.Date(allow_none=True)
    aliases = f.List(f.String())
    documents = f.List(f.Nested(DocumentSchema))
    created_at = f.DateTime()


class RecordListSchema(Schema):
    items = f.List(f.Nested(RecordSchema))


class RegisterArgs(Schema):
    stage_name = f.String(required=True, validate=validate.Length(1, 80))
    legal_name = f.String(required=True, validate=validate.Length(3, 160))
    born_on = f.Date(required=True)
    is_self = f.Boolean(load_default=False)


class AliasArgs(Schema):
    name = f.String(required=True, validate=validate.Length(1, 160))
    kind = f.String(required=True, validate=validate.OneOf([str(one) for one in AliasKind]))


class DocumentArgs(Schema):
    """What stands on the document; the body of the request is its copy as JPEG, PNG or PDF."""

    kind = f.String(required=True, validate=validate.OneOf([str(one) for one in DocumentKind]))
    country = f.String(required=True, validate=validate.Length(2, 2))
    number = f.String(required=True, validate=validate.Length(5, 40))
    expires_on = f.Date(required=True)


class ConsentSchema(Schema):
    """A consent: unconfirmed, standing or revoked."""

    id = f.String()
    asset_id = f.String()
    performer_id = f.String()
    performer = f.String()
    acts = f.String()
    distribution = f.List(f.String())
    source = f.String()
    state = f.String()
    signed_at = f.DateTime()
    revoked_at = f.DateTime(allow_none=True)


class ConsentListSchema(Schema):
    items = f.List(f.Nested(ConsentSchema))


class ConsentArgs(Schema):
    """A signed release: `evidence` says where the signed paper is kept."""

    performer_id = f.String(required=True)
    acts = f.String(required=True, validate=validate.Length(1, 2000))
    evidence = f.String(required=True, validate=validate.Length(1, 500))
    distribution = f.List(f.String(validate=validate.OneOf(DISTRIBUTIONS)), load_default=lambda: ["platform"])
    signed_at = f.AwareDateTime(load_default=None)


class RevokeArgs(Schema):
    reason = f.String(load_default="", validate=validate.Length(0, 1000))


class DepictionArgs(Schema):
    performer_id = f.String(required=True)


class ProductionArgs(Schema):
    produced_on = f.Date(required=True)


class ReviewSchema(Schema):
    """Whether an asset is released or held, and why."""

    asset_id = f.String()
    creator_id = f.String()
    title = f.String()
    state = f.String()
    reasons = f.List(f.String())
    produced_on = f.Date()
    performer_ids = f.List(f.String())
    decided_at = f.DateTime(allow_none=True)


class ReviewArgs(PageArgs):
    state = f.String(load_default=None, validate=validate.OneOf([str(one) for one in ReviewState]))


class InspectArgs(Schema):
    """A name of any kind, or the id of a work."""

    term = f.String(required=True, validate=validate.Length(2, 160))
    reason = f.String(load_default="", validate=validate.Length(max=400))


class InspectedSchema(Schema):
    record = f.Nested(RecordSchema)
    creator_id = f.String()
    cluster = f.String()
    works = f.List(f.Nested(ReviewSchema))


class InspectionSchema(Schema):
    items = f.List(f.Nested(InspectedSchema))
