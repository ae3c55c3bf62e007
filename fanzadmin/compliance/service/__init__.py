"""The verbs of Compliance."""

from fanzadmin.compliance.service.consents import (
    ATTESTATION,
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
from fanzadmin.compliance.service.inspections import (
    export_records,
    inspect_records,
    open_copy,
    view_copy,
)
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
    ActsUnclear,
    NoSuchReview,
    WrongProductionDate,
    add_depiction,
    end_consents,
    open_review,
    review_again,
    review_asset,
    set_production_date,
    state_acts,
)
from fanzadmin.compliance.service.uploads import review_upload
from fanzadmin.contracts.compliance import AliasKind, DocumentKind

__all__ = [
    "ATTESTATION", "COPY_LIMIT", "RELEASE", "TEXTS", "ActsUnclear", "AliasKind", "ConsentRevoked", "ConsentStands", "ConsentUnclear",
    "CustodianUnclear", "DocumentKind", "NeedsSecondPerson", "NoSuchConsent", "NoSuchCreator", "NoSuchPerformer", "NoSuchReview", "NotInPerson",
    "RecordNotReady", "RecordUnclear", "SelfRegistered", "WrongProductionDate", "add_alias", "add_depiction", "add_document", "appoint_custodian",
    "attest", "attest_self", "confirm_consent", "correct_birth", "end_consents", "expire_records", "export_records", "give_consent",
    "inspect_records", "open_copy", "open_review", "register_performer", "reject_record", "review_again", "review_asset", "review_upload",
    "revoke_consent", "set_production_date", "state_acts", "verify_record", "view_copy",
]  # fmt: skip
