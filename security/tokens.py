"""Sign-in for programs: a password for a bearer token."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask.views import MethodView
from flask_babel import gettext
from flask_jwt_extended import create_access_token
from marshmallow import Schema
from marshmallow import fields as f

from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.web.rest import Blueprint
from security import sessions

tokens = Blueprint(
    "security", __name__, url_prefix="/api/v1/security", description="Sign in and learn who you are"
)


class WrongPassword(BusinessError):
    status = 401
    title = "Wrong user name or password"
    keeps_work = True  # the login's count of wrong passwords


class LoginSchema(Schema):
    username = f.String(required=True)
    password = f.String(required=True, load_only=True)


@dataclass(frozen=True, slots=True)
class Token:
    """For the header `Authorization: Bearer <access_token>`; valid for twelve hours."""

    access_token: str


@tokens.route("/login")
class Login(MethodView):
    @tokens.doc(operationId="security_sign_in", security=[])
    @tokens.arguments(LoginSchema)
    @tokens.response(200, Token)
    def post(self, credentials: dict[str, Any]) -> Token:
        """Sign in: a bearer token for user name and password."""
        sm = current_app.extensions["appbuilder"].sm
        user = sm.auth_user_db(credentials["username"], credentials["password"])
        if user is None:
            raise WrongPassword(gettext("The user name or the password is wrong."))
        claims = {sessions.STAMP: sessions.stamp(user)}
        return Token(create_access_token(identity=str(user.id), additional_claims=claims))
