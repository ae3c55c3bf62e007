"""`/`: each person's own first page."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue
from flask_appbuilder import IndexView, expose

from fanzadmin.console.inbox import waiting
from security.identity import person
from security.rbac import STAFF_ROLES


class HomeView(IndexView):
    """Staff see their systems; creators go to the portal, fans to their feed, the anonymous to the sign-in."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        user = person()
        if user is None:
            return redirect("/login/")
        if user.roles & set(STAFF_ROLES):
            return render_template("home.html", appbuilder=self.appbuilder, person=user)
        return redirect("/portal/" if "Creator" in user.roles else "/feed")

    @expose("/waiting")
    def waiting(self) -> ResponseReturnValue:
        """What waits for the current user: a part of the page, asked for after it is there."""
        user = person()
        if user is None or not user.roles & set(STAFF_ROLES):
            return "", 403
        return render_template("console/_waiting.html", found=list(waiting())), {"Cache-Control": "no-store"}
