"""REST of Compliance: creators keep their records and consents, staff look into all of them."""

from typing import Any

from flask import Response, request
from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.compliance import queries, service
from fanzadmin.compliance.queries import ConsentCard, InspectedRecord, RecordCard, ReviewCard
from fanzadmin.compliance.rights import (
    COMPLIANCE_DOCUMENT_REVEAL,
    COMPLIANCE_OWN_RECORD,
    COMPLIANCE_PERFORMER_REVEAL,
    COMPLIANCE_REVIEW_READ,
)
from fanzadmin.contracts.compliance import Act, AliasKind, Channel, DocumentKind
from fanzadmin.kernel.storage import get_storage
from fanzadmin.kernel.web.rest import Blueprint, Paged
from security.identity import me, own_creator
from security.rbac import may, requires

PICTURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}  # what a browser may show of copies
Args = dict[str, Any]  # Any: what the schema let through
blueprint = Blueprint("compliance", __name__, url_prefix="/api/v1/compliance", description="Compliance")


class RegisterArgs(Schema):
    stage_name = f.String(required=True, validate=validate.Length(1, 80))
    legal_name = f.String(required=True, validate=validate.Length(3, 160))
    born_on = f.Date(required=True)
    is_self = f.Boolean(load_default=False)


class AliasArgs(Schema):
    name = f.String(required=True, validate=validate.Length(1, 160))
    kind = f.String(required=True, validate=validate.OneOf(list(AliasKind)))


class DocumentArgs(Schema):
    """What stands on the document; the body of the request is its copy as JPEG, PNG or PDF."""

    kind = f.String(required=True, validate=validate.OneOf(list(DocumentKind)))
    country = f.String(required=True, validate=validate.Length(2, 2))
    number = f.String(required=True, validate=validate.Length(5, 40))
    expires_on = f.Date(required=True)


class ConsentArgs(Schema):
    """A signed release: `evidence` says where the signed paper is kept. No brand and no country means all of them."""

    performer_id = f.String(required=True)
    acts = f.List(f.String(validate=validate.OneOf(list(Act))), required=True, validate=validate.Length(1))
    evidence = f.String(required=True, validate=validate.Length(1, 500))
    distribution = f.List(
        f.String(validate=validate.OneOf(list(Channel))), load_default=lambda: [Channel.PLATFORM]
    )
    clusters = f.List(f.String(validate=validate.Length(1, 40)), load_default=list)
    territories = f.List(f.String(validate=validate.Length(2, 2)), load_default=list)
    ends_on = f.Date(load_default=None)
    signed_at = f.AwareDateTime(load_default=None)


class RevokeArgs(Schema):
    reason = f.String(load_default="", validate=validate.Length(0, 1000))


class DepictionArgs(Schema):
    performer_id = f.String(required=True)


class ProductionArgs(Schema):
    produced_on = f.Date(required=True)


class ShownArgs(Schema):
    acts = f.List(f.String(validate=validate.OneOf(list(Act))), required=True, validate=validate.Length(1))


class InspectArgs(Schema):
    """A name of any kind, or a work: its title, address or id."""

    term = f.String(required=True, validate=validate.Length(2, 160))
    reason = f.String(load_default="", validate=validate.Length(max=400))


class BundleArgs(InspectArgs):
    """Why the records are taken is kept with each of them."""

    reason = f.String(required=True, validate=validate.Length(8, 400))


@blueprint.route("/performers")
class Performers(MethodView):
    @requires(COMPLIANCE_OWN_RECORD)
    @blueprint.response(200, Paged[RecordCard])
    def get(self) -> Paged[RecordCard]:
        """The performers whose records you keep, your own first."""
        return Paged(queries.records_of(own_creator().id), None)

    @requires(COMPLIANCE_OWN_RECORD)
    @blueprint.arguments(RegisterArgs)
    @blueprint.response(201, RecordCard)
    def post(self, args: Args) -> RecordCard:
        """Open the record of someone you depict. Someone younger than 18 is refused: the record comes back rejected."""
        creator_id = own_creator().id
        performer_id = service.register_performer(creator_id, **args)
        return queries.record_of(performer_id, creator_id=creator_id)


@blueprint.route("/performers/<performer_id>")
class OnePerformer(MethodView):
    @requires(COMPLIANCE_OWN_RECORD)
    @blueprint.response(200, RecordCard)
    def get(self, performer_id: str) -> RecordCard:
        """One record."""
        return queries.record_of(performer_id, creator_id=own_creator().id)


@blueprint.post("/performers/<performer_id>/aliases")
@requires(COMPLIANCE_OWN_RECORD)
@blueprint.arguments(AliasArgs)
@blueprint.response(201, RecordCard)
def add_alias(args: Args, performer_id: str) -> RecordCard:
    """Note another name the performer ever used."""
    creator_id = own_creator().id
    record = queries.record_of(performer_id, creator_id=creator_id)
    service.add_alias(record.id, **args)
    return queries.record_of(performer_id, creator_id=creator_id)


@blueprint.post("/performers/<performer_id>/documents")
@requires(COMPLIANCE_OWN_RECORD)
@blueprint.doc(requestBody={"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}})
@blueprint.arguments(DocumentArgs, location="query")
@blueprint.response(201, RecordCard)
def add_document(args: Args, performer_id: str) -> RecordCard:
    """Hand in an identity document; the body is its legible copy."""
    creator_id = own_creator().id
    record = queries.record_of(performer_id, creator_id=creator_id)
    service.add_document(record.id, copy=request.stream.read(service.COPY_LIMIT + 1), **args)
    return queries.record_of(performer_id, creator_id=creator_id)


@blueprint.route("/assets/<asset_id>/consents")
class Consents(MethodView):
    @requires(COMPLIANCE_OWN_RECORD)
    @blueprint.response(200, Paged[ConsentCard])
    def get(self, asset_id: str) -> Paged[ConsentCard]:
        """Every consent ever given for an asset of yours."""
        return Paged(queries.consents_of_asset(asset_id, creator_id=own_creator().id), None)

    @requires(COMPLIANCE_OWN_RECORD)
    @blueprint.arguments(ConsentArgs)
    @blueprint.response(201, ConsentCard)
    def post(self, args: Args, asset_id: str) -> ConsentCard:
        """Hand in a signed release; it counts once Compliance has read it."""
        creator_id = own_creator().id
        record = queries.record_of(args["performer_id"], creator_id=creator_id)
        consent_id = service.give_consent(asset_id, **(args | {"performer_id": record.id}))
        return queries.consent_of(consent_id, creator_id=creator_id)


@blueprint.post("/assets/<asset_id>/attestation")
@requires(COMPLIANCE_OWN_RECORD)
@blueprint.response(201, ConsentCard)
def attest(asset_id: str) -> ConsentCard:
    """Declare your own consent for an asset that names you."""
    creator_id = own_creator().id
    consent_id = service.attest(asset_id, creator_id=creator_id)
    return queries.consent_of(consent_id, creator_id=creator_id)


@blueprint.post("/assets/<asset_id>/performers")
@requires(COMPLIANCE_OWN_RECORD)
@blueprint.arguments(DepictionArgs)
@blueprint.response(200, ReviewCard)
def name_performer(args: Args, asset_id: str) -> ReviewCard:
    """Name one more performer who is depicted in an asset of yours."""
    creator_id = own_creator().id
    review = queries.review_of(asset_id, creator_id=creator_id)
    performer = queries.record_of(args["performer_id"], creator_id=creator_id)
    service.add_depiction(review.asset_id, performer_id=performer.id)
    return queries.review_of(asset_id)


@blueprint.put("/assets/<asset_id>/production-date")
@requires(COMPLIANCE_OWN_RECORD)
@blueprint.arguments(ProductionArgs)
@blueprint.response(200, ReviewCard)
def date_production(args: Args, asset_id: str) -> ReviewCard:
    """State when an asset of yours was made."""
    review = queries.review_of(asset_id, creator_id=own_creator().id)
    service.set_production_date(review.asset_id, produced_on=args["produced_on"])
    return queries.review_of(asset_id)


@blueprint.put("/assets/<asset_id>/acts")
@requires(COMPLIANCE_OWN_RECORD)
@blueprint.arguments(ShownArgs)
@blueprint.response(200, ReviewCard)
def state_acts(args: dict[str, list[str]], asset_id: str) -> ReviewCard:
    """State what an asset of yours shows; consents that cover less hold it."""
    review = queries.review_of(asset_id, creator_id=own_creator().id)
    service.state_acts(review.asset_id, acts=args["acts"])
    return queries.review_of(asset_id)


@blueprint.post("/consents/<consent_id>/revoke")
@requires(COMPLIANCE_OWN_RECORD)
@blueprint.arguments(RevokeArgs)
@blueprint.response(200, ConsentCard)
def revoke(args: Args, consent_id: str) -> ConsentCard:
    """End a consent for an asset of yours: the asset is held at once."""
    creator_id = own_creator().id
    consent = queries.consent_of(consent_id, creator_id=creator_id)
    service.revoke_consent(consent.id, reason=args["reason"])
    return queries.consent_of(consent_id, creator_id=creator_id)


@blueprint.route("/assets/<asset_id>/review")
class AssetReviewOf(MethodView):
    @blueprint.response(200, ReviewCard)
    def get(self, asset_id: str) -> ReviewCard:
        """Whether an asset is released, and if not, exactly why: for its creator, and for staff."""
        clusters = me().clusters
        creator_id = None if may(COMPLIANCE_REVIEW_READ) else own_creator().id
        return queries.review_of(asset_id, creator_id=creator_id, clusters=clusters)


@blueprint.route("/inspection")
class Inspection(MethodView):
    @requires(COMPLIANCE_PERFORMER_REVEAL)
    @blueprint.arguments(InspectArgs, location="query")
    @blueprint.response(200, Paged[InspectedRecord])
    def get(self, args: Args) -> Paged[InspectedRecord]:
        """Records by any name, or by the id of a work, with documents and works (28 CFR 75.5). The audit keeps who looked."""
        return Paged(service.inspect_records(**args, clusters=me().clusters), None)


@blueprint.get("/inspection/bundle")
@requires(COMPLIANCE_DOCUMENT_REVEAL)
@blueprint.arguments(BundleArgs, location="query")
@blueprint.response(200)
def bundle(args: Args) -> Response:
    """What an inspection finds, with the copies of the documents and the hashes of all, as a ZIP."""
    archive = service.export_records(**args, clusters=me().clusters)
    headers = {"Content-Disposition": 'attachment; filename="records.zip"', "Cache-Control": "no-store"}
    return Response(archive, mimetype="application/zip", headers=headers)


@blueprint.get("/documents/<document_id>/view")
@requires(COMPLIANCE_DOCUMENT_REVEAL)
@blueprint.response(200)
def view_document(document_id: str) -> Response:
    """The copy of an identity document as a picture beside its record; the audit keeps who looked. A PDF is a download."""
    key = service.view_copy(document_id, clusters=me().clusters)
    copy = get_storage().get(key)
    picture = next((kind for start, kind in PICTURES.items() if copy.startswith(start)), "")
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if not picture:
        headers["Content-Disposition"] = f'attachment; filename="{document_id}"'
    return Response(copy, mimetype=picture or "application/octet-stream", headers=headers)


@blueprint.get("/documents/<document_id>/copy")
@requires(COMPLIANCE_DOCUMENT_REVEAL)
@blueprint.response(200)
def document_copy(document_id: str) -> Response:
    """The copy of an identity document, for whom examines it. Never rendered: it is a download."""
    key = service.open_copy(document_id, clusters=me().clusters)
    headers = {"Content-Disposition": f'attachment; filename="{document_id}"', "Cache-Control": "no-store"}
    return Response(get_storage().get(key), mimetype="application/octet-stream", headers=headers)
