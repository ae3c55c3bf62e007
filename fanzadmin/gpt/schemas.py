"""The shapes of FanzGPT's REST resources."""

from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.gpt.models import SuggestionState
from fanzadmin.kernel.web.rest import PageArgs


class SuggestionArgs(PageArgs):
    asset_id = f.String(load_default="")
    state = f.String(
        load_default="", validate=validate.OneOf(["", *(state.value for state in SuggestionState)])
    )


class SuggestionSchema(Schema):
    """`value` is a list of tags, a caption, an hour of the UTC day, minor units, or null when withheld."""

    id = f.String()
    asset_id = f.String()
    title = f.String()
    kind = f.String()
    value = f.Raw(allow_none=True)
    reason = f.String()
    score = f.Float()
    evidence = f.Dict()
    state = f.String()
    provider = f.String()
    model = f.String()
    created_at = f.DateTime()
    decided_at = f.DateTime(allow_none=True)
