"""Sign-in for programs: a password for a bearer token."""

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


class TokenSchema(Schema):
    access_token = f.String()


@tokens.route("/login")
class Login(MethodView):
    """Tokens hold for twelve hours."""

    @tokens.arguments(LoginSchema)
    @tokens.response(200, TokenSchema)
    def post(self, credentials: dict[str, Any]) -> dict[str, str]:
        sm = current_app.extensions["appbuilder"].sm
        user = sm.auth_user_db(credentials["username"], credentials["password"])
        if user is None:
            raise WrongPassword(gettext("The user name or the password is wrong."))
        claims = {sessions.STAMP: sessions.stamp(user)}
        return {"access_token": create_access_token(identity=str(user.id), additional_claims=claims)}
