"""The verbs of Compliance."""

from fanzadmin.compliance.models import AliasKind, DocumentKind
from fanzadmin.compliance.service.consents import (
    ATTESTATION,
    DISTRIBUTIONS,
    RELEASE,
    TEXTS,
    ConsentRevoked,
    ConsentStands,
    ConsentUnclear,
    NoSuchConsent,
    NotInPerson,
    attest,
    attest_self,
    confirm_consent,
    give_consent,
    revoke_consent,
)
from fanzadmin.compliance.service.custodians import CustodianUnclear, appoint_custodian
from fanzadmin.compliance.service.inspections import inspect_records, open_copy
from fanzadmin.compliance.service.performers import (
    COPY_LIMIT,
    NeedsSecondPerson,
    NoSuchCreator,
    NoSuchPerformer,
    RecordNotReady,
    RecordUnclear,
    SelfRegistered,
    add_alias,
    add_document,
    correct_birth,
    expire_records,
    register_performer,
    reject_record,
    verify_record,
)
from fanzadmin.compliance.service.reviews import (
    UNKNOWN,
    UNNAMED,
    NoSuchReview,
    WrongProductionDate,
    add_depiction,
    open_review,
    remove_depiction,
    review_asset,
    set_production_date,
)
from fanzadmin.contracts.media import AssetUploaded


def take_up(upload: AssetUploaded) -> None:
    """Begin the compliance of an upload: who is depicted, the uploader's own declaration, the first decision."""
    open_review(upload)
    attest_self(upload)
    review_asset(upload.asset_id)


__all__ = [
    "ATTESTATION",
    "COPY_LIMIT",
    "DISTRIBUTIONS",
    "RELEASE",
    "TEXTS",
    "UNKNOWN",
    "UNNAMED",
    "AliasKind",
    "ConsentRevoked",
    "ConsentStands",
    "ConsentUnclear",
    "CustodianUnclear",
    "DocumentKind",
    "NeedsSecondPerson",
    "NoSuchConsent",
    "NoSuchCreator",
    "NoSuchPerformer",
    "NoSuchReview",
    "NotInPerson",
    "RecordNotReady",
    "RecordUnclear",
    "SelfRegistered",
    "WrongProductionDate",
    "add_alias",
    "add_depiction",
    "add_document",
    "appoint_custodian",
    "attest",
    "attest_self",
    "confirm_consent",
    "correct_birth",
    "expire_records",
    "give_consent",
    "inspect_records",
    "open_copy",
    "open_review",
    "register_performer",
    "reject_record",
    "remove_depiction",
    "review_asset",
    "revoke_consent",
    "set_production_date",
    "take_up",
    "verify_record",
]  # fmt: skip
