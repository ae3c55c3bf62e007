"""REST of reports: report, read what became of it, read what was removed of your own."""

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.crm.creators.api import blueprint
from fanzadmin.crm.reports import queries, service
from fanzadmin.crm.reports.models import Ground, Kind
from fanzadmin.crm.reports.queries import OwnReport, Removal
from fanzadmin.crm.rights import CRM_OWN_REPORT
from fanzadmin.kernel.web.rest import PageArgs, Paged, PageOptions
from security.identity import me
from security.rbac import requires


class ReportArgs(Schema):
    kind = f.String(required=True, validate=validate.OneOf([*map(str, Kind)]))
    subject_id = f.String(required=True)
    ground = f.String(required=True, validate=validate.OneOf([*map(str, Ground)]))
    words = f.String(load_default="", validate=validate.Length(0, service.LONGEST))


@blueprint.route("/me/reports")
class MyReports(MethodView):
    @requires(CRM_OWN_REPORT)
    @blueprint.arguments(ReportArgs)
    @blueprint.response(201, OwnReport)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(429, "TOO_MANY_REQUESTS")
    def post(self, args: dict[str, str]) -> OwnReport:
        """Report a post, comment, message, creator or asset that you see; the Community team looks at it."""
        return queries.report(service.report_content(me(), **args))

    @requires(CRM_OWN_REPORT)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, Paged[OwnReport])
    def get(self, args: PageOptions) -> Paged[OwnReport]:
        """What you reported, and what the team decided, the latest first."""
        return queries.reports_of(me(), **args)


@blueprint.route("/me/removals")
class MyRemovals(MethodView):
    @requires(CRM_OWN_REPORT)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, Paged[Removal])
    def get(self, args: PageOptions) -> Paged[Removal]:
        """What the Community team removed of yours after a report, and why, the latest first."""
        return queries.removals_of(me(), **args)
