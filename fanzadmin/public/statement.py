"""`/2257`: who keeps the records of everybody shown (28 CFR 75.6), linked by its legal title from every page with content."""

from flask import Blueprint, Flask, render_template

from fanzadmin.compliance import queries
from security.clusters import clusters

TITLE = "18 U.S.C. 2257 Record-Keeping Requirements Compliance Statement"  # 28 CFR 75.6(e): the title is the law's
PATH = "/2257"

blueprint = Blueprint("statement", __name__)


@blueprint.get(PATH)
def statement() -> str:
    """The statement, from the custodians appointed now."""
    names = {cluster.key: cluster.name for cluster in clusters()}
    return render_template("public/statement.html", title=TITLE, custodians=queries.custodians(), names=names)


def install(app: Flask) -> None:
    """Let every layout link the statement."""
    app.jinja_env.globals["statement"] = {"path": PATH, "title": TITLE}
