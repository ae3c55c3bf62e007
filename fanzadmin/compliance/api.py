"""REST of Compliance: creators keep their records and consents, staff look into all of them."""

from flask import Response, request
from flask.views import MethodView
from flask_babel import gettext

from fanzadmin.compliance import queries, service
from fanzadmin.compliance.models import AssetReview
from fanzadmin.compliance.schemas import (
    AliasArgs,
    ConsentArgs,
    ConsentListSchema,
    ConsentSchema,
    DepictionArgs,
    DocumentArgs,
    InspectArgs,
    InspectionSchema,
    ProductionArgs,
    RecordListSchema,
    RecordSchema,
    RegisterArgs,
    ReviewArgs,
    ReviewSchema,
    RevokeArgs,
)
from fanzadmin.contracts.crm import People
from fanzadmin.kernel.errors import Forbidden
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.storage import get_storage
from fanzadmin.kernel.web.rest import Blueprint, page, page_of
from security.identity import me
from security.rbac import Right, may, requires

blueprint = Blueprint("compliance", __name__, url_prefix="/api/v1/compliance", description="Compliance")


class NotACreator(Forbidden):
    title = "Only creators keep records here"


def own_id():
    """The creator behind the person at hand. Raises SignInNeeded, NotACreator."""
    creator = ask(People).creator_of_user(me().user_id)
    if creator is None:
        raise NotACreator(gettext("Your login belongs to no creator."))
    return creator.id


def whose():
    """None for staff who may read every review, else the creator's own id."""
    me()
    return None if may(Right.COMPLIANCE_REVIEW_READ) else own_id()


@blueprint.route("/performers")
class Performers(MethodView):
    @requires(Right.COMPLIANCE_OWN_RECORD)
    @blueprint.response(200, RecordListSchema)
    def get(self):
        """The performers whose records you keep, your own first."""
        return {"items": queries.records_of(own_id())}

    @requires(Right.COMPLIANCE_OWN_RECORD)
    @blueprint.arguments(RegisterArgs)
    @blueprint.response(201, RecordSchema)
    def post(self, args):
        """Open the record of a person you depict. A person younger than 18 is refused: the record comes back rejected."""
        creator_id = own_id()
        performer_id = service.register_performer(creator_id, **args)
        return queries.record_of(performer_id, creator_id=creator_id)


@blueprint.route("/performers/<performer_id>")
class OnePerformer(MethodView):
    @requires(Right.COMPLIANCE_OWN_RECORD)
    @blueprint.response(200, RecordSchema)
    def get(self, performer_id):
        """One record."""
        return queries.record_of(performer_id, creator_id=own_id())


@blueprint.post("/performers/<performer_id>/aliases")
@requires(Right.COMPLIANCE_OWN_RECORD)
@blueprint.arguments(AliasArgs)
@blueprint.response(201, RecordSchema)
def add_alias(args, performer_id):
    """Note another name the performer ever used."""
    found = queries.record_of(performer_id, creator_id=own_id())
    service.add_alias(found.id, **args)
    return queries.record_of(performer_id, creator_id=own_id())


@blueprint.post("/performers/<performer_id>/documents")
@requires(Right.COMPLIANCE_OWN_RECORD)
@blueprint.doc(requestBody={"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}})
@blueprint.arguments(DocumentArgs, location="query")
@blueprint.response(201, RecordSchema)
def add_document(args, performer_id):
    """Hand in an identity document; the body is its legible copy."""
    found = queries.record_of(performer_id, creator_id=own_id())
    service.add_document(found.id, copy=request.stream.read(service.COPY_LIMIT + 1), **args)
    return queries.record_of(performer_id, creator_id=own_id())


@blueprint.route("/assets/<asset_id>/consents")
class Consents(MethodView):
    @requires(Right.COMPLIANCE_OWN_RECORD)
    @blueprint.response(200, ConsentListSchema)
    def get(self, asset_id):
        """Every consent ever given for an asset of yours."""
        return {"items": queries.consents_of_asset(asset_id, creator_id=own_id())}

    @requires(Right.COMPLIANCE_OWN_RECORD)
    @blueprint.arguments(ConsentArgs)
    @blueprint.response(201, ConsentSchema)
    def post(self, args, asset_id):
        """Hand in a signed release; it counts once Compliance has read it."""
        found = queries.record_of(args["performer_id"], creator_id=own_id())
        consent_id = service.give_consent(asset_id, **(args | {"performer_id": found.id}))
        return queries.consent_of(consent_id, creator_id=own_id())


@blueprint.post("/assets/<asset_id>/attestation")
@requires(Right.COMPLIANCE_OWN_RECORD)
@blueprint.response(201, ConsentSchema)
def attest(asset_id):
    """Declare your own consent for an asset that names you."""
    consent_id = service.attest(asset_id, creator_id=own_id())
    return queries.consent_of(consent_id, creator_id=own_id())


@blueprint.post("/assets/<asset_id>/performers")
@requires(Right.COMPLIANCE_OWN_RECORD)
@blueprint.arguments(DepictionArgs)
@blueprint.response(200, ReviewSchema)
def name_performer(args, asset_id):
    """Name one more person who is depicted in an asset of yours."""
    found = queries.review_of(asset_id, creator_id=own_id())
    performer = queries.record_of(args["performer_id"], creator_id=own_id())
    service.add_depiction(found.asset_id, performer_id=performer.id)
    return queries.review_of(asset_id)


@blueprint.put("/assets/<asset_id>/production-date")
@requires(Right.COMPLIANCE_OWN_RECORD)
@blueprint.arguments(ProductionArgs)
@blueprint.response(200, ReviewSchema)
def date_production(args, asset_id):
    """State when an asset of yours was made."""
    found = queries.review_of(asset_id, creator_id=own_id())
    service.set_production_date(found.asset_id, produced_on=args["produced_on"])
    return queries.review_of(asset_id)


@blueprint.post("/consents/<consent_id>/revoke")
@requires(Right.COMPLIANCE_OWN_RECORD)
@blueprint.arguments(RevokeArgs)
@blueprint.response(200, ConsentSchema)
def revoke(args, consent_id):
    """End a consent for an asset of yours: the asset is held at once."""
    found = queries.consent_of(consent_id, creator_id=own_id())
    service.revoke_consent(found.id, reason=args["reason"])
    return queries.consent_of(consent_id, creator_id=own_id())


@blueprint.route("/assets/<asset_id>/review")
class AssetReviewOf(MethodView):
    @blueprint.response(200, ReviewSchema)
    def get(self, asset_id):
        """Whether an asset is released, and if not, exactly why: for its creator, and for staff."""
        return queries.review_of(asset_id, creator_id=whose(), clusters=me().clusters)


@blueprint.route("/reviews")
class Reviews(MethodView):
    @requires(Right.COMPLIANCE_REVIEW_READ)
    @blueprint.arguments(ReviewArgs, location="query")
    @blueprint.response(200, page_of(ReviewSchema))
    def get(self, args):
        """Reviews of assets, newest first."""
        query = queries.reviews_query(state=args["state"], clusters=me().clusters)
        return page(query, args, key=AssetReview.id, shape=queries.review_card)


@blueprint.route("/inspection")
class Inspection(MethodView):
    @requires(Right.COMPLIANCE_PERFORMER_REVEAL)
    @blueprint.arguments(InspectArgs, location="query")
    @blueprint.response(200, InspectionSchema)
    def get(self, args):
        """Records by any name, or by the id of a work, with documents and works (28 CFR 75.5). The audit keeps who looked."""
        return {"items": service.inspect_records(**args, clusters=me().clusters)}


@blueprint.get("/documents/<document_id>/copy")
@requires(Right.COMPLIANCE_DOCUMENT_REVEAL)
def document_copy(document_id):
    """The copy of an identity document, for whom examines it. Never rendered: it is a download."""
    key = service.open_copy(document_id, clusters=me().clusters)
    headers = {"Content-Disposition": f'attachment; filename="{document_id}"', "Cache-Control": "no-store"}
    return Response(get_storage().get(key), mimetype="application/octet-stream", headers=headers)
