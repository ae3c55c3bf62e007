"""The shapes of FanzShield's REST resources."""

from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.kernel.web.rest import PageArgs
from fanzadmin.shield.models import IncidentState, Resolution, Severity


class VerdictSchema(Schema):
    """What a scan found: bytes, milliseconds; `removed` names the kinds of metadata that were taken out."""

    asset_id = f.String()
    outcome = f.String(metadata={"enum": ["waiting", "clean", "blocked", "failed"]})
    reasons = f.List(f.String())
    codes = f.List(f.String())
    sha256 = f.String()
    size = f.Integer()
    format = f.String()
    kind = f.String()
    width = f.Integer()
    height = f.Integer()
    duration_ms = f.Integer()
    removed = f.List(f.String())
    scan_ms = f.Integer()
    created_at = f.DateTime()
    decided_at = f.DateTime(allow_none=True)


class NoteSchema(Schema):
    kind = f.String()
    author = f.String()
    text = f.String()
    at = f.DateTime()


class IncidentSchema(Schema):
    """An incident; `about` is `kind:id` of what it concerns."""

    id = f.String()
    cluster = f.String()
    title = f.String()
    detail = f.String()
    code = f.String()
    severity = f.String()
    state = f.String()
    outcome = f.String(allow_none=True)
    about = f.String()
    creator_id = f.String(allow_none=True)
    opened_by = f.String()
    assignee = f.String()
    created_at = f.DateTime()
    resolved_at = f.DateTime(allow_none=True)


class IncidentDetailSchema(IncidentSchema):
    notes = f.List(f.Nested(NoteSchema))


class IncidentArgs(PageArgs):
    state = f.String(load_default=None, validate=validate.OneOf([str(one) for one in IncidentState]))
    severity = f.String(load_default=None, validate=validate.OneOf([str(one) for one in Severity]))


class NoteArgs(Schema):
    text = f.String(required=True, validate=validate.Length(1, 4000))


class ResolveArgs(Schema):
    outcome = f.String(required=True, validate=validate.OneOf([str(one) for one in Resolution]))
    text = f.String(load_default="", validate=validate.Length(0, 4000))
