"""People & records: whom the creator may show, their records, their consents."""

from datetime import date

from flask import request
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from fanzadmin.compliance import queries as compliance
from fanzadmin.compliance import service
from fanzadmin.compliance.queries import RecordCard
from fanzadmin.compliance.rights import COMPLIANCE_OWN_RECORD
from fanzadmin.compliance.service import AliasKind, DocumentKind, RecordUnclear, SelfRegistered
from fanzadmin.contracts.compliance import ACTS, CHANNELS, Act, Channel
from fanzadmin.kernel import clock
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.i18n.languages import lazy_translate
from fanzadmin.portal.frame import Page, blame, blueprint, creator, done, refused, show
from security.rbac import requires

ADULT_YEARS = 18
DOCUMENTS = {
    DocumentKind.PASSPORT: lazy_pgettext("state", "Passport"),
    DocumentKind.IDENTITY_CARD: lazy_pgettext("state", "Identity card"),
    DocumentKind.DRIVING_LICENCE: lazy_pgettext("state", "Driving licence"),
    DocumentKind.RESIDENCE_PERMIT: lazy_pgettext("state", "Residence permit"),
}
NAMES = {
    AliasKind.MAIDEN: lazy_pgettext("kind of name", "Maiden"),
    AliasKind.ALIAS: lazy_pgettext("kind of name", "Alias"),
    AliasKind.NICKNAME: lazy_pgettext("kind of name", "Nickname"),
    AliasKind.STAGE: lazy_pgettext("kind of name", "Stage"),
    AliasKind.PROFESSIONAL: lazy_pgettext("kind of name", "Professional"),
}


class PerformerForm(Form):
    """A performer whom the creator shows."""

    stage_name = StringField(_("Stage name"))
    legal_name = StringField(
        _("Full legal name"), description=_("As the identity document shows it. Only Compliance sees it.")
    )
    born_on = StringField(_("Date of birth"))
    is_self = BooleanField(_("This is me"))


class DocumentForm(Form):
    """An identity document; the copy comes as the file `copy`."""

    kind = SelectField(
        _("Document"), choices=[SelectChoice(kind.value, DOCUMENTS[kind]) for kind in DocumentKind]
    )
    country = StringField(_("Country"), description=_("Two letters, such as US."))
    number = StringField(_("Number"))
    expires_on = StringField(_("Valid until"))


class AliasForm(Form):
    """Another name the performer ever used."""

    name = StringField(_("Name"))
    kind = SelectField(_("Kind"), choices=[SelectChoice(kind.value, NAMES[kind]) for kind in AliasKind])


ACT_CHOICES = [SelectChoice(act.value, lazy_translate(ACTS[act])) for act in Act]


class ReleaseForm(Form):
    """A signed release for one asset."""

    acts = SelectMultipleField(_("Acts that the release covers"), choices=ACT_CHOICES)
    distribution = SelectMultipleField(
        _("Where it may be shown"),
        choices=[SelectChoice(channel.value, lazy_translate(CHANNELS[channel])) for channel in Channel],
        default=[Channel.PLATFORM.value],
    )
    territories = StringField(
        _("Countries"), description=_("Two letters each, such as US, CA. Leave it empty for all.")
    )
    ends_on = StringField(_("Last day"), description=_("Leave it empty for a consent without an end."))
    evidence = StringField(
        _("Where the signed paper is kept"), description=_("Such as: folder 2026-11, page 4.")
    )


@blueprint.get("/people")
@requires(COMPLIANCE_OWN_RECORD)
def people() -> str:
    """The performers whom the creator may name."""
    return _people(PerformerForm())


@blueprint.post("/people")
@requires(COMPLIANCE_OWN_RECORD)
def register() -> Page:
    """Open the record of a performer."""
    form = PerformerForm(request.form)
    born_on = _day(form, "born_on")
    for field in ("stage_name", "legal_name"):
        if not (form[field].data or "").strip():
            blame(form, field, gettext("This is needed."))
    if form.errors or born_on is None:
        return _people(form), 422
    try:
        performer_id = service.register_performer(
            creator().id,
            stage_name=form.stage_name.data or "",
            legal_name=form.legal_name.data or "",
            born_on=born_on,
            is_self=bool(form.is_self.data),
        )
    except SelfRegistered as error:
        blame(form, "is_self", error.detail)
        return _people(form), 422
    except RecordUnclear as error:
        blame(form, str(error.members.get("field", "legal_name")), error.detail)
        return _people(form), 422
    return done(
        gettext("The record is open. Hand in an identity document next."),
        "performer",
        performer_id=performer_id,
    )


@blueprint.get("/people/<performer_id>")
@requires(COMPLIANCE_OWN_RECORD)
def performer(performer_id: str) -> str:
    """One record. A neighbour's is not found."""
    return _performer(_record(performer_id), DocumentForm(), AliasForm())


@blueprint.post("/people/<performer_id>/documents")
@requires(COMPLIANCE_OWN_RECORD)
def add_document(performer_id: str) -> Page:
    """Hand in an identity document with its copy."""
    record, form = _record(performer_id), DocumentForm(request.form)
    expires_on, sent = _day(form, "expires_on"), request.files.get("copy")
    copy = sent.stream.read(service.COPY_LIMIT + 1) if sent else b""
    problem = "" if copy else gettext("Choose a photograph or scan of the document.")
    if form.errors or problem or expires_on is None:
        return _performer(record, form, AliasForm(), copy_problem=problem), 422
    try:
        service.add_document(
            record.id,
            kind=form.kind.data or "",
            country=(form.country.data or "").strip(),
            number=form.number.data or "",
            expires_on=expires_on,
            copy=copy,
        )
    except RecordUnclear as error:
        wrong = str(error.members.get("field", "number"))
        if wrong != "copy":
            blame(form, wrong, error.detail)
        problem = error.detail if wrong == "copy" else gettext("Choose the file once more.")
        return _performer(record, form, AliasForm(), copy_problem=problem), 422
    return done(gettext("Handed in. Compliance looks at it."), "performer", performer_id=record.id)


@blueprint.post("/people/<performer_id>/aliases")
@requires(COMPLIANCE_OWN_RECORD)
def add_alias(performer_id: str) -> Page:
    """Note another name."""
    record, form = _record(performer_id), AliasForm(request.form)
    try:
        service.add_alias(record.id, name=form.name.data or "", kind=form.kind.data or "")
    except RecordUnclear as error:
        blame(form, "name", error.detail)
        return _performer(record, DocumentForm(), form), 422
    return done(gettext("Noted."), "performer", performer_id=record.id)


@blueprint.post("/content/<asset_id>/people")
@requires(COMPLIANCE_OWN_RECORD)
def name_person(asset_id: str) -> Page:
    """Name one more person whom an asset shows."""
    review = compliance.review_of(asset_id, creator_id=creator().id)
    record = _record(request.form.get("performer_id", ""))
    service.add_depiction(review.asset_id, performer_id=record.id)
    return done(
        gettext("%(name)s is named.", name=record.stage_name), "asset", asset_id=asset_id, anchor="people"
    )


@blueprint.post("/content/<asset_id>/attestation")
@requires(COMPLIANCE_OWN_RECORD)
def attest(asset_id: str) -> Page:
    """Declare the own consent."""
    review = compliance.review_of(asset_id, creator_id=creator().id)
    try:
        service.attest(review.asset_id, creator_id=creator().id)
    except (service.NoSuchReview, service.NotInPerson, service.ConsentStands) as error:
        return refused(error, "asset", asset_id=asset_id)
    return done(gettext("Your consent is noted."), "asset", asset_id=asset_id, anchor="people")


@blueprint.get("/content/<asset_id>/releases/<performer_id>")
@requires(COMPLIANCE_OWN_RECORD)
def release(asset_id: str, performer_id: str) -> str:
    """The form for another performer's signed release."""
    return _release(asset_id, _record(performer_id), ReleaseForm())


@blueprint.post("/content/<asset_id>/releases/<performer_id>")
@requires(COMPLIANCE_OWN_RECORD)
def give_release(asset_id: str, performer_id: str) -> Page:
    """Hand in a signed release; it counts once Compliance has read it."""
    record, form = _record(performer_id), ReleaseForm(request.form)
    review = compliance.review_of(asset_id, creator_id=creator().id)
    if not form.acts.data:
        blame(form, "acts", gettext("This is needed."))
    if not (form.evidence.data or "").strip():
        blame(form, "evidence", gettext("This is needed."))
    ends_on = _day(form, "ends_on") if (form.ends_on.data or "").strip() else None
    if form.errors:
        return _release(asset_id, record, form), 422
    try:
        service.give_consent(
            review.asset_id,
            performer_id=record.id,
            acts=form.acts.data or [],
            distribution=form.distribution.data or [],
            territories=(form.territories.data or "").replace(",", " ").split(),
            ends_on=ends_on,
            evidence=form.evidence.data or "",
        )
    except BusinessError as error:
        return _release(asset_id, record, form, problem=error.detail), error.status
    return done(
        gettext("Handed in. It counts once Compliance has read it."),
        "asset",
        asset_id=asset_id,
        anchor="people",
    )


@blueprint.post("/content/<asset_id>/production")
@requires(COMPLIANCE_OWN_RECORD)
def state_production(asset_id: str) -> Page:
    """Say what an asset shows and when it was made."""
    review = compliance.review_of(asset_id, creator_id=creator().id)
    try:
        produced_on = date.fromisoformat(request.form.get("produced_on", ""))
        service.state_acts(review.asset_id, acts=request.form.getlist("acts"))
        service.set_production_date(review.asset_id, produced_on=produced_on)
    except ValueError:
        wrong = service.WrongProductionDate(gettext("Give a date."))
        return refused(wrong, "asset", asset_id=asset_id, anchor="people")
    except (service.ActsUnclear, service.WrongProductionDate) as error:
        return refused(error, "asset", asset_id=asset_id, anchor="people")
    return done(gettext("Noted."), "asset", asset_id=asset_id, anchor="people")


@blueprint.post("/consents/<consent_id>/revoke")
@requires(COMPLIANCE_OWN_RECORD)
def revoke(consent_id: str) -> Page:
    """End a consent: the asset is held at once."""
    consent = compliance.consent_of(consent_id, creator_id=creator().id)
    service.revoke_consent(consent.id, reason=request.form.get("reason", "")[:1000])
    return done(
        gettext("The consent has ended, and the asset is not offered any more."),
        "asset",
        asset_id=consent.asset_id,
        anchor="people",
    )


def _record(performer_id: str) -> RecordCard:
    return compliance.record_of(performer_id, creator_id=creator().id)


def _day(form: Form, field: str) -> date | None:
    """The day that was typed; None, with the error beside the field, when there is none."""
    try:
        return date.fromisoformat((form[field].data or "").strip())
    except ValueError:
        blame(form, field, gettext("Give a date."))
        return None


def _people(form: PerformerForm) -> str:
    records = compliance.records_of(creator().id)
    latest = clock.now().date()
    return show(
        "people",
        "people",
        records=records,
        form=form,
        has_self=any(record.is_self for record in records),
        latest_birth=latest.replace(year=latest.year - ADULT_YEARS, day=min(latest.day, 28)),
    )


def _performer(record: RecordCard, form: DocumentForm, alias: AliasForm, *, copy_problem: str = "") -> str:
    works = compliance.works_of(record.id)
    return show(
        "performer",
        "people",
        record=record,
        form=form,
        alias=alias,
        copy_problem=copy_problem,
        works=works,
        today=clock.now().date(),
    )


def _release(asset_id: str, record: RecordCard, form: ReleaseForm, *, problem: str = "") -> str:
    review = compliance.review_of(asset_id, creator_id=creator().id)
    return show(
        "release",
        "content",
        review=review,
        record=record,
        form=form,
        problem=problem,
        texts=service.TEXTS[service.RELEASE],
    )
