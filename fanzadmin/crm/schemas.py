"""The shapes of CreatorCRM's REST resources."""

from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.kernel.web.rest import PageArgs


class CreatorArgs(PageArgs):
    state = f.String(load_default="")


class NumbersSchema(Schema):
    """Figures in all; amounts in minor units of `currency`."""

    currency = f.String()
    assets = f.Integer()
    published = f.Integer()
    subscribers = f.Integer()
    followers = f.Integer()
    likes = f.Integer()
    comments = f.Integer()
    shares = f.Integer()
    messages = f.Integer()
    clicks = f.Integer()
    unlocks = f.Integer()
    tips = f.Integer()
    suggestions_accepted = f.Integer()
    gross_minor = f.Integer()
    earned_minor = f.Integer()
    paid_out_minor = f.Integer()


class CreatorSchema(Schema):
    id = f.String()
    handle = f.String()
    name = f.String()
    cluster = f.String()
    about = f.String()
    state = f.String()
    tier = f.String()
    currency = f.String()
    subscription_minor = f.Integer()
    joined_at = f.DateTime(allow_none=True)


class TimelineLineSchema(Schema):
    """`sentence` is in the reader's language; `link` is `noun/id` of what it is about, or empty."""

    id = f.String()
    at = f.DateTime()
    kind = f.String()
    sentence = f.String()
    link = f.String()
    trace_id = f.String()


class ProfileSchema(Schema):
    """A creator's own profile, figures and first page of the story."""

    creator = f.Nested(CreatorSchema)
    numbers = f.Nested(NumbersSchema)
    timeline = f.List(f.Nested(TimelineLineSchema))


class ProfileChange(Schema):
    """What is left out stays as it is."""

    name = f.String(validate=validate.Length(1, 80))
    about = f.String(validate=validate.Length(0, 2000))


class SuspensionSchema(Schema):
    reason = f.String(required=True, validate=validate.Length(1, 500))
