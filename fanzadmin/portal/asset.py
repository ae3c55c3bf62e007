"""One asset: the player, where it stands at each gate, what would help, what it brought."""

from datetime import datetime
from typing import NamedTuple

from flask import request, url_for
from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _
from wtforms import Form, StringField, TextAreaField

from fanzadmin.biolink import queries as biolink
from fanzadmin.compliance import queries as compliance
from fanzadmin.compliance.queries import ConsentCard, NothingOnRecord, RecordCard, ReviewCard
from fanzadmin.compliance.service import ATTESTATION, TEXTS
from fanzadmin.contracts.compliance import Records
from fanzadmin.finance import queries as finance
from fanzadmin.gpt import queries as gpt
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.storage import CHUNK
from fanzadmin.media import queries as media
from fanzadmin.media import service as assets
from fanzadmin.media.queries import AssetView, Gates
from fanzadmin.media.rights import MEDIA_OWN_UPLOAD
from fanzadmin.media.service import Playback, Viewer
from fanzadmin.portal.content import ANNOUNCEMENTS, AUDIENCES, act_choices
from fanzadmin.portal.frame import (
    NotAnAmount,
    Page,
    blame,
    blueprint,
    creator,
    done,
    major_text,
    minor_units,
    refused,
    show,
)
from fanzadmin.portal.moments import NotAMoment, moment_of
from security.identity import me
from security.rbac import requires

OFFERED = {
    "public": _("Offered to everyone."),
    "subscribers": _("Offered to your subscribers."),
    "ppv": _("Offered to whoever pays for it."),
}
OFFERED_LATER = {
    "public": _("Offered to everyone when every step above is through."),
    "subscribers": _("Offered to your subscribers when every step above is through."),
    "ppv": _("Offered to whoever pays for it when every step above is through."),
}
MOVING = ("uploaded", "scanning", "unchecked", "processing", "needs_records", "ready", "scheduled")


class OfferForm(Form):
    """What the creator may change of an asset at any time."""

    title = StringField(_("Title"))
    caption = TextAreaField(_("Caption"), description=_("Shown below the title. At most 5,000 characters."))
    tags = StringField(_("Tags"), description=_("Separated by commas, at most 30."))
    audience = StringField(_("Who sees it"))
    price = StringField(_("Price"))

    def change(self, currency: str) -> assets.Change:
        """What was typed. Raises NotAnAmount."""
        audience = self.audience.data or ""
        is_sold = audience == "ppv" and self.price.data
        return assets.Change(
            title=self.title.data or "",
            caption=self.caption.data or "",
            tags=(self.tags.data or "").split(","),
            audience=audience,
            price_minor=minor_units(self.price.data or "", currency) if is_sold else 0,
        )


class Step(NamedTuple):
    """One gate: `state` is done, now, wait, stop. `mend` is (label, address) of what helps; `at` a moment to show."""

    title: str
    state: str
    text: str = ""
    reasons: tuple[str, ...] = ()
    mend: tuple[str, str] | None = None
    is_encoding: bool = False
    at: datetime | None = None


class Plan(NamedTuple):
    """What was typed as the moment, and what is wrong with it."""

    typed: str = ""
    problem: str = ""


class Depicted(NamedTuple):
    """A performer whom the asset names, with the consent that stands (or stood last)."""

    performer: RecordCard
    consent: ConsentCard | None


@blueprint.get("/content/<asset_id>")
@requires(MEDIA_OWN_UPLOAD)
def asset(asset_id: str) -> str:
    """One asset of the creator's."""
    view = _view(asset_id)
    return _page(view, _offer_form(view))


@blueprint.post("/content/<asset_id>")
@requires(MEDIA_OWN_UPLOAD)
def change(asset_id: str) -> Page:
    """Change words, tags, audience and price."""
    view, form, own = _view(asset_id), OfferForm(request.form), creator()
    asset_row = assets.asset_of(own.id, asset_id)
    try:
        requested = form.change(view.currency)
    except NotAnAmount as error:
        blame(form, "price", str(error))
        return _page(view, form), 422
    for field, sentence in assets.problems_of(own, asset_row, requested).items():
        blame(form, field, sentence)
    if form.errors:
        return _page(view, form), 422
    try:
        assets.change_asset(own, asset_row, requested)
    except (assets.NotChangeable, assets.AlreadyWithdrawn) as error:
        return refused(error, "asset", asset_id=asset_id)
    return done(gettext("Saved."), "asset", asset_id=asset_id)


@blueprint.post("/content/<asset_id>/plan")
@requires(MEDIA_OWN_UPLOAD)
def plan(asset_id: str) -> Page:
    """How and when it comes out."""
    view, own, is_now = _view(asset_id), creator(), "now" in request.form
    typed = request.form.get("publish_at", "")
    try:
        at = None if is_now else moment_of(typed, request.form.get("time_zone", ""))
        requested = assets.Change(
            announce=request.form.get("announce"), publish_at=at, is_unscheduled=at is None
        )
        assets.change_asset(own, assets.asset_of(own.id, asset_id), requested)
    except (NotAMoment, assets.MomentRefused, assets.UploadRefused) as error:
        return _page(view, _offer_form(view), plan=Plan(typed, problem=str(error))), 422
    except (assets.NotChangeable, assets.AlreadyWithdrawn, assets.AlreadyPublished) as error:
        return refused(error, "asset", asset_id=asset_id)
    return done(gettext("Saved."), "asset", asset_id=asset_id)


@blueprint.post("/content/<asset_id>/poster")
@requires(MEDIA_OWN_UPLOAD)
def choose_poster(asset_id: str) -> Page:
    """Show a moment of the video, or a picture that the creator sends."""
    asset_row, sent = assets.asset_of(creator().id, asset_id), request.files.get("picture")
    try:
        if sent is not None and sent.filename:
            assets.choose_picture(asset_row, iter(lambda: sent.stream.read(CHUNK), b""))
        else:
            assets.choose_moment(asset_row, milliseconds(request.form.get("second", "")))
    except (assets.NoPosterYet, assets.WrongMoment, assets.WrongPicture) as error:
        return refused(error, "asset", asset_id=asset_id)
    return done(
        gettext("The poster is being drawn. It changes everywhere in a moment."), "asset", asset_id=asset_id
    )


@blueprint.post("/content/<asset_id>/cancel")
@requires(MEDIA_OWN_UPLOAD)
def cancel(asset_id: str) -> Page:
    """Stop processing."""
    try:
        assets.cancel(assets.asset_of(creator().id, asset_id))
    except assets.NotBeingProcessed as error:
        return refused(error, "asset", asset_id=asset_id)
    return done(gettext("Processing stops."), "asset", asset_id=asset_id)


@blueprint.post("/content/<asset_id>/retry")
@requires(MEDIA_OWN_UPLOAD)
def retry(asset_id: str) -> Page:
    """Begin again after a failure or a cancel."""
    try:
        assets.retry(assets.asset_of(creator().id, asset_id))
    except assets.NothingToRetry as error:
        return refused(error, "asset", asset_id=asset_id)
    return done(gettext("We try again."), "asset", asset_id=asset_id)


@blueprint.post("/content/<asset_id>/withdraw")
@requires(MEDIA_OWN_UPLOAD)
def withdraw(asset_id: str) -> Page:
    """Take the asset back for good."""
    try:
        assets.withdraw(assets.asset_of(creator().id, asset_id), reason="media.by_creator")
    except assets.AlreadyWithdrawn as error:
        return refused(error, "asset", asset_id=asset_id)
    return done(gettext("It is not offered any more."), "asset", asset_id=asset_id)


def steps(view: AssetView, gates: Gates, *, missing: tuple[str, ...] = ()) -> tuple[Step, ...]:
    """The way from upload to audience, in the order in which people think of it; `missing` is what Compliance misses."""
    records = (gettext("See people & consents"), url_for("portal.asset", asset_id=view.id, _anchor="people"))
    scan = {
        "cleared": Step(
            gettext("Scanned"), "done", gettext("The file is what it says and holds nothing hidden.")
        ),
        "unchecked": Step(
            gettext("Not checked yet"), "stop", gettext("The team has it checked again."), gates.scan_reasons
        ),
        "quarantined": Step(
            pgettext("file", "Blocked"), "stop", gettext("FanzShield blocked the file."), gates.scan_reasons
        ),
    }.get(gates.scan, Step(pgettext("step", "Scan"), "now", gettext("FanzShield looks at the file.")))
    title = pgettext("papers of the people shown", "Records")
    papers = {
        "released": Step(title, "done", gettext("Everyone shown has a verified record and a consent.")),
        "held": Step(
            title, "stop", gettext("Something is missing:"), missing or gates.records_reasons, records
        ),
    }.get(gates.records, Step(title, "now", gettext("We look for the records of everyone shown.")))
    encode = {
        "done": Step(gettext("Encoded"), "done", gettext("Ready to play on every device.")),
        "failed": Step(gettext("Encoding failed"), "stop", gates.failure),
        "cancelled": Step(
            gettext("Encoding stopped"), "stop", gettext("You stopped it. It can be started again.")
        ),
        "queued": Step(
            gettext("Encoding"), "now", view.doing or gettext("Waiting for a free machine."), is_encoding=True
        ),
    }.get(
        gates.encode,
        Step(gettext("Encoding"), "wait", gettext("Begins when the scan is through."), is_encoding=True),
    )
    last = Step(gettext("Published"), "wait", str(OFFERED_LATER.get(view.audience, "")))
    if gates.is_withdrawn:
        last = Step(gettext("Withdrawn"), "stop", gettext("It is not offered any more."), view.waits_for)
    elif view.publish_at is not None:
        last = Step(
            pgettext("step", "Scheduled"),
            "now",
            str(OFFERED_LATER.get(view.audience, "")),
            at=view.publish_at,
        )
    elif gates.is_published:
        last = Step(gettext("Published"), "done", str(OFFERED.get(view.audience, "")))
    return (Step(gettext("Uploaded"), "done", gettext("Stored whole.")), scan, papers, encode, last)


def milliseconds(seconds: str) -> int:
    """`12.5` or `12,5` seconds in milliseconds; -1, which is no moment, for anything else."""
    try:
        return round(float(seconds.replace(",", ".")) * 1000)
    except (ValueError, OverflowError):
        return -1


def _view(asset_id: str) -> AssetView:
    return media.asset_view(asset_id, _viewer())


def _viewer() -> Viewer:
    """The creator, also when the login happens to be of the staff as well."""
    return Viewer(user_id=me().user_id, creator_id=creator().id)


def _offer_form(view: AssetView) -> OfferForm:
    price = major_text(view.price_minor, view.currency) if view.price_minor else ""
    words = {"title": view.title, "caption": view.caption, "tags": ", ".join(view.tags)}
    return OfferForm(data=words | {"audience": view.audience, "price": price})


def _page(view: AssetView, form: OfferForm, *, plan: Plan | None = None) -> str:
    own = creator()
    review = _review(view, own.id)
    depicted = _depicted(view, review, own.id)
    named = {depiction.performer.id for depiction in depicted}
    return show(
        "asset",
        "content",
        asset=view,
        form=form,
        steps=steps(view, media.gates_of(view.id, _viewer()), missing=review.reasons if review else ()),
        production=review,
        acts=act_choices(),
        plan=plan or Plan(),
        announcements=ANNOUNCEMENTS,
        playback=_playback(view),
        suggestions=gpt.suggestions_for(own.id, view.id),
        link=biolink.link_of_asset(view.id),
        earnings=finance.earnings_of_asset(own.id, view.id),
        depicted=depicted,
        attestation=TEXTS[ATTESTATION],
        others=[performer for performer in ask(Records).performers_of(own.id) if performer.id not in named],
        audience=AUDIENCES.get(view.audience, view.audience),
        moving=view.state in MOVING,
    )


def _playback(view: AssetView) -> Playback | None:
    try:
        return assets.grant_playback(view.id, _viewer())
    except assets.NotReady:
        return None


def _review(view: AssetView, creator_id: str) -> ReviewCard | None:
    """What Compliance says of it; None until the upload reached Compliance."""
    try:
        return compliance.review_of(view.id, creator_id=creator_id)
    except NothingOnRecord:
        return None


def _depicted(view: AssetView, review: ReviewCard | None, creator_id: str) -> tuple[Depicted, ...]:
    """Those whom the review names; before there is one, those whom the upload named."""
    named = review.performer_ids if review else view.performer_ids
    performers = {record.id: record for record in compliance.records_of(creator_id)}
    consents = {
        consent.performer_id: consent
        for consent in compliance.consents_of_asset(view.id, creator_id=creator_id)
    }
    return tuple(Depicted(performers[key], consents.get(key)) for key in named if key in performers)
