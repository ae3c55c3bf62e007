"""Consoles of Compliance."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext, lazy_pgettext
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from fanzadmin.compliance import service
from fanzadmin.compliance.models import (
    AssetReview,
    Consent,
    Custodian,
    Depiction,
    IdentityDocument,
    Performer,
    PerformerAlias,
)
from fanzadmin.console import (
    Approval,
    Board,
    Calendar,
    Card,
    Console,
    Datamodel,
    Masked,
    Menu,
    Open,
    Reason,
    Verb,
)
from fanzadmin.console.rendering.cells import badge, link, words
from fanzadmin.console.rendering.fields import WordsField
from fanzadmin.contracts.compliance import ACTS, CHANNELS, Act, AliasKind, Channel, RecordState
from fanzadmin.kernel.i18n.languages import lazy_translate
from security.clusters import own_clusters

GROUP = "Compliance"
BY_NAME = Masked(found_by=("Compliance",))  # 28 CFR 75.2(a)(3): records are found by every name
CONSENT_TONES = {"standing": "good", "unconfirmed": "warn", "revoked": "bad"}


class CompliancePerformerConsole(Console):
    datamodel = Datamodel(Performer)
    resource = "compliance:performer"
    rest_name = "performer-records"
    menu = Menu(GROUP, "Performers", "id-card")
    children = ("ComplianceAliasConsole",)  # no document: it comes with its copy, which the creator hands in
    search = ("stage_name",)
    list_title, show_title, add_title, edit_title = (
        "Performers",
        "Performer",
        "New record",
        "Correct a record",
    )
    list_columns = [
        "stage_name", "masked_name", "birth_year", "state", "valid_until", "is_self", "cluster", "created_at",
    ]  # fmt: skip
    show_fieldsets = [
        ("Person", {"fields": ["stage_name", "legal_name", "born_on", "aliases", "is_self"]}),
        ("Record", {"fields": ["state", "state_reason", "documents", "valid_until"]}),
        ("Who did what", {"fields": ["registered_by", "created_at", "decided_by", "decided_at"]}),
        ("Kept for", {"fields": ["creator_id", "cluster", "id"]}),
    ]
    add_columns = ["creator_id", "stage_name", "legal_name", "born_on", "is_self"]
    edit_columns = ["born_on"]
    search_columns = [
        "stage_name", "legal_name", "state", "is_self", "valid_until", "cluster", "registered_by", "created_at",
    ]  # fmt: skip
    label_columns = {
        "masked_name": "Legal name",
        "birth_year": "Born",
    }
    description_columns = {
        "legal_name": "As the identity document shows it",
        "creator_id": "The producing creator",
    }
    field_rules = {"legal_name": BY_NAME}
    approvals = {"field:born_on": Approval(), "export": Approval()}
    board = Board(
        "state",
        states=RecordState,
        title="stage_name",
        fields=("masked_name", "birth_year", "valid_until", "cluster"),
        moves={"verified": "verify", "rejected": "reject"},
    )
    calendar = Calendar("valid_until", title="stage_name", fields=("state",))
    cards = (
        Card("To be checked", q="state:any:pending", icon="inbox", waits="verify"),
        Card("Waiting longest", q="state:any:pending", oldest="created_at", icon="clock"),
        Card("Documents run out in 30 days", q="state:any:verified,valid_until:next:30d", icon="calendar"),
        Card("Run out", q="state:any:expired", icon="alert"),
    )
    base_order = ("created_at", "desc")
    create_with = staticmethod(service.register_performer)

    @staticmethod
    def update_with(item: Performer, **values: Any) -> None:
        service.correct_birth(item.id, **values)

    verbs = (
        Verb(
            "verify",
            service.verify_record,
            label="Verify",
            done="Verified",
            icon="check",
            confirm="Did you compare the documents with these records?",
            when={"state": {*RecordState} - {RecordState.VERIFIED}},
        ),
        Verb(
            "reject",
            service.reject_record,
            label="Reject",
            done="Rejected",
            icon="close",
            confirm="Refuse these records? Every asset that depicts them is held.",
            asks=Reason(suggestions=("The documents do not show this person, or cannot be read.",)),
            when={"state": {*RecordState} - {RecordState.REJECTED}},
        ),
    )


class ComplianceAliasConsole(Console):
    datamodel = Datamodel(PerformerAlias)
    cluster_of = "performer"
    resource = "compliance:performer"
    menu = Menu(GROUP, "Other names", "users")
    search = ("name",)
    may_update = may_import = False
    list_title, show_title, add_title = "Other names", "Other name", "Note another name"
    list_columns = ["name", "kind", "performer.stage_name", "created_at"]
    show_columns = list_columns
    add_columns = ["performer", "name", "kind"]
    add_form_extra_fields = {
        "name": StringField(
            lazy_gettext("Name"),
            [DataRequired()],
            description=lazy_gettext("Every name that the performer ever used (28 CFR 75.2(a)(2))."),
        ),
        "kind": SelectField(lazy_gettext("Kind"), choices=[(kind.value, kind.value) for kind in AliasKind]),
    }
    search_columns = ["name", "kind", "performer", "created_at"]
    label_columns = {
        "performer.stage_name": "Performer",
    }
    field_rules = {"name": BY_NAME}
    approvals = {"export": Approval()}
    base_order = ("created_at", "desc")

    @staticmethod
    def create_with(*, performer: Performer, **values: Any) -> None:
        service.add_alias(performer.id, **values)


class ComplianceDocumentConsole(Console):
    datamodel = Datamodel(IdentityDocument)
    cluster_of = "performer"
    resource = "compliance:document"
    rest_name = "document-records"
    menu = Menu(GROUP, "Identity documents", "document")
    read_only = True
    list_title, show_title = "Identity documents", "Identity document"
    list_columns = [
        "performer.stage_name", "kind", "country", "number_last4", "expires_on", "id", "created_at",
    ]  # fmt: skip
    show_columns = [
        "performer.stage_name", "kind", "country", "number_last4", "expires_on", "id", "copy_sha256", "created_at",
    ]  # fmt: skip
    search_columns = ["performer", "kind", "country", "number_last4", "expires_on", "created_at"]
    label_columns = {
        "performer.stage_name": "Performer",
        "id": lazy_pgettext("noun", "Copy"),
    }
    field_rules = {"number_last4": BY_NAME}
    calendar = Calendar("expires_on", title="performer.stage_name", fields=("kind", "country"))
    approvals = {"export": Approval()}
    base_order = ("created_at", "desc")
    formatters_columns = {
        "id": link(
            lambda item: url_for("compliance.document_copy", document_id=item.id) if item.copy_key else None,
            label=lazy_gettext("Download"),
        ),
    }


class ComplianceConsentConsole(Console):
    datamodel = Datamodel(Consent)
    resource = "compliance:consent"
    rest_name = "consent-records"
    menu = Menu(GROUP, "Consents", "check")
    may_update = False
    list_title, show_title, add_title = "Consents", "Consent", "Enter a signed release"
    list_columns = [
        "performer.stage_name", "state", "source", "acts", "distribution", "ends_on", "signed_at", "cluster",
    ]  # fmt: skip
    show_fieldsets = [
        ("Consent", {"fields": ["performer.stage_name", "state", "asset_id"]}),
        ("What it covers", {"fields": ["acts", "distribution", "clusters", "territories", "ends_on"]}),
        ("Proof", {"fields": ["source", "text_version", "evidence", "signed_at", "given_by", "confirmed_by", "confirmed_at"]}),
        ("Revocation", {"fields": ["revoked_at", "revoked_by", "revoke_reason"]}),
    ]  # fmt: skip
    add_columns = [
        "asset_id", "performer_id", "acts", "distribution", "clusters", "territories", "ends_on", "signed_at", "evidence",
    ]  # fmt: skip
    add_form_extra_fields = {
        "acts": SelectMultipleField(
            lazy_gettext("Acts"), choices=[SelectChoice(act.value, lazy_translate(ACTS[act])) for act in Act]
        ),
        "distribution": SelectMultipleField(
            lazy_gettext("Distribution"),
            choices=[SelectChoice(channel.value, lazy_translate(CHANNELS[channel])) for channel in Channel],
        ),
        "clusters": SelectMultipleField(lazy_gettext("Brands (none: all)"), choices=own_clusters),
        "territories": WordsField(lazy_gettext("Countries (none: all)")),
    }
    search_columns = [
        "performer", "source", "ends_on", "asset_id", "signed_at", "confirmed_at", "revoked_at", "cluster",
    ]  # fmt: skip
    label_columns = {
        "performer.stage_name": "Performer",
    }
    base_order = ("signed_at", "desc")
    formatters_columns = {
        "state": badge(CONSENT_TONES),
        "acts": words(ACTS),
        "distribution": words(CHANNELS),
    }
    create_with = staticmethod(service.give_consent)

    verbs = (
        Verb(
            "confirm",
            service.confirm_consent,
            label="Confirm",
            done="Confirmed",
            icon="check",
            confirm="Did you read these signed releases, and do they cover the assets?",
            when={"confirmed_at": (None,), "revoked_at": (None,)},
        ),
        Verb(
            "revoke",
            service.revoke_consent,
            label="Revoke",
            done="Revoked",
            icon="close",
            confirm="End these consents? Their assets are held at once.",
            asks=Reason(),
            when={"revoked_at": (None,)},
        ),
    )


class ComplianceReviewConsole(Console):
    datamodel = Datamodel(AssetReview)
    resource = "compliance:review"
    menu = Menu(GROUP, "Asset reviews", "inbox")
    read_only = True
    list_title, show_title = "Asset reviews", "Asset review"
    list_columns = ["title", "state", "missing", "acts", "produced_on", "cluster", "created_at", "decided_at"]
    show_columns = [
        "title", "state", "missing", "acts", "produced_on", "asset_id", "creator_id", "sha256", "cluster", "created_at", "decided_at",
    ]  # fmt: skip
    search_columns = [
        "title", "state", "asset_id", "creator_id", "produced_on", "cluster", "created_at", "decided_at",
    ]  # fmt: skip
    label_columns = {
        "missing": "What is missing",
    }
    cards = (
        Card("Held", q="state:any:held", icon="lock"),
        Card("Held longest", q="state:any:held", oldest="created_at", icon="clock"),
        Card("Uploaded", since="created_at", days=7, icon="upload"),
        Card(
            "Released",
            q="state:any:released",
            since="decided_at",
            days=7,
            good_when="up",
            icon="check-circle",
        ),
    )
    formatters_columns = {"acts": words(ACTS)}
    base_order = ("created_at", "desc")


class ComplianceDepictionConsole(Console):
    datamodel = Datamodel(Depiction)
    cluster_of = "review"
    resource = "compliance:review"
    menu = Menu(GROUP, "Depictions", "users")
    read_only = True
    list_title, show_title = "Who is shown", "Depiction"
    list_columns = ["place", "review", "performer_id"]
    show_columns = [*list_columns, "id"]
    search_columns = ["review", "performer_id"]
    label_columns = {
        "review": "Asset review",
    }
    base_order = ("id", "desc")
    formatters_columns = {
        "review": link("ComplianceReviewConsole.show", pk="review_id"),
        "performer_id": link(
            "CompliancePerformerConsole.show", pk="performer_id", label=lazy_gettext("Record")
        ),
    }


class ComplianceCustodianConsole(Console):
    datamodel = Datamodel(Custodian)
    resource = "compliance:custodian"
    menu = Menu(GROUP, "Custodians", "settings")
    search = ("name", "organisation", "title")
    may_update = False
    list_title, show_title, add_title = "Custodians of records", "Custodian of records", "Appoint a custodian"
    list_columns = ["cluster", "name", "title", "organisation", "since"]
    show_columns = [*list_columns, "street_address", "hours", "created_at"]
    add_columns = ["cluster", "name", "title", "organisation", "street_address", "hours", "since"]
    add_form_extra_fields = {"cluster": SelectField(lazy_gettext("Cluster"), choices=own_clusters)}
    search_columns = ["cluster", "name", "title", "organisation", "since"]
    field_rules = {"name": Open()}  # 28 CFR 75.6: it stands on every page that shows content
    description_columns = {
        "street_address": "A street address; a post office box is not allowed (28 CFR 75.6)"
    }
    base_order = ("since", "desc")
    create_with = staticmethod(service.appoint_custodian)
