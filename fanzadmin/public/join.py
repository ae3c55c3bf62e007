"""`/join/<cluster>`: a visitor becomes a fan, with age and terms; `/terms` is what is agreed to."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, EmailField, Form, PasswordField, StringField
from wtforms.validators import InputRequired

from fanzadmin.crm import service
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.web.addresses import own_path
from security.clusters import cluster as cluster_of
from security.clusters import clusters
from security.identity import person
from security.limits import check_sign_up
from security.memberships import LoginRefused

HOME = "/feed"

blueprint = Blueprint("join", __name__)


class SignUpForm(Form):
    """What a visitor says who joins."""

    name = StringField(_("Name"), [InputRequired()], description=_("Creators and other fans see it."))
    username = StringField(_("User name"), [InputRequired()], description=_("You sign in with it."))
    email = EmailField(_("E-mail"), [InputRequired()])
    password = PasswordField(_("Password"), [InputRequired()], description=_("At least 10 characters."))
    born_on = DateField(_("Date of birth"), [InputRequired()], description=_("Looked at once, and not kept."))
    accepts_terms = BooleanField()


@blueprint.get("/join")
def brands() -> str:
    """Which brands one can join."""
    return render_template("public/brands.html", brands=clusters(), next=_next())


@blueprint.get("/join/<cluster>")
def joining(cluster: str) -> str | Response:
    """The form; whoever is signed in has joined."""
    if person() is not None:
        return redirect(_next(), 303)
    return _page(SignUpForm(), cluster)


@blueprint.post("/join/<cluster>")
def join(cluster: str) -> str | Response | tuple[str, int]:
    """Join, and sign in next."""
    form = SignUpForm(request.form)
    if not form.validate():
        return _page(form, cluster), 422
    check_sign_up(request.remote_addr or "")
    try:
        service.sign_up(_sign_up(form), cluster=cluster_of(cluster).key)
    except LoginRefused as error:
        field = str(error.members.get("field", "username"))
        form[field].errors = [*form[field].errors, error.detail]
        return _page(form, cluster), error.status
    except BusinessError as error:
        return _page(form, cluster, problem=error.detail), error.status
    flash(gettext("Welcome. Sign in with your new user name."), "success")
    return redirect(f"/login/?next={_next()}", 303)


@blueprint.get("/terms")
def terms() -> str:
    """What people agree to who join."""
    return render_template("public/terms.html", version=service.TERMS)


def _sign_up(form: SignUpForm) -> service.SignUp:
    return service.SignUp(
        username=form.username.data or "",
        password=form.password.data or "",
        name=form.name.data or "",
        email=form.email.data or "",
        born_on=form.born_on.data or date.max,
        accepts_terms=bool(form.accepts_terms.data),
    )


def _page(form: SignUpForm, cluster: str, *, problem: str = "") -> str:
    brand = cluster_of(cluster)
    return render_template("public/join.html", form=form, brand=brand, problem=problem, next=_next())


def _next() -> str:
    return own_path(request.values.get("next", HOME)) or HOME
