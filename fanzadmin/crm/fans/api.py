"""REST of fans: a visitor joins."""

from typing import Any

from flask import request
from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.crm.creators.api import blueprint
from fanzadmin.crm.fans import queries, service
from fanzadmin.crm.fans.queries import NewFan
from security.limits import check_sign_up


class SignUpArgs(Schema):
    """`born_on` is looked at and not kept; the terms stand at /terms."""

    cluster = f.String(required=True)
    username = f.String(required=True, validate=validate.Length(1, 30))
    password = f.String(required=True, validate=validate.Length(1, 200), load_only=True)
    name = f.String(required=True, validate=validate.Length(1, 80))
    email = f.String(required=True, validate=validate.Length(3, 254))
    born_on = f.Date(required=True)
    accepts_terms = f.Boolean(required=True)


@blueprint.route("/sign-up")
class SignUp(MethodView):
    @blueprint.arguments(SignUpArgs)
    @blueprint.response(201, NewFan)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(429, "TOO_MANY_REQUESTS")
    def post(self, args: dict[str, Any]) -> NewFan:  # Any: what the schema let through
        """Become a fan of a cluster, with a login of your own. Adults only."""
        check_sign_up(request.remote_addr or "")
        cluster = args.pop("cluster")
        return queries.new_fan(service.sign_up(service.SignUp(**args), cluster=cluster))
