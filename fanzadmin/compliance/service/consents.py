"""Consents: per asset and performer, given in writing, confirmed by a second reader, revocable at any time.

An attestation is the performer's own declaration: a creator who uploads from the own login and names the own record
has signed the text of `ATTESTATION`. Everybody else consents by a signed release, which staff confirm.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.compliance.models import AssetReview, Consent, Performer
from fanzadmin.compliance.service.performers import NeedsSecondPerson, locked_performer
from fanzadmin.compliance.service.reviews import NoSuchReview, review_asset
from fanzadmin.contracts.compliance import Act, Channel, ConsentSource
from fanzadmin.contracts.crm import People
from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask

ATTESTATION = "self-2026-11"
RELEASE = "release-2026-11"
TEXTS = {
    ATTESTATION: (
        "I am the person depicted. I was 18 or older when this was made. I consent to being depicted as shown and to"
        " its publication on this platform to the audience I choose. I can revoke this consent at any time."
    ),
    RELEASE: (
        "The person depicted has signed a release for the acts shown and for publication on this platform; the signed"
        " release is kept with the records and can be produced on request."
    ),
}
COUNTRY = re.compile("[A-Z]{2}")


class NoSuchConsent(NotFound):
    title = "There is no such consent"


class ConsentUnclear(Invalid):
    title = "The consent is not complete"


class ConsentStands(Conflict):
    title = "This consent stands already"


class NotInPerson(Forbidden):
    title = "Only the person depicted can do this"


class ConsentRevoked(Conflict):
    title = "This consent was revoked"


def attest_self(upload: AssetUploaded) -> None:
    """Note the uploader's own declaration when she or he uploads in person and names the own record. Safe to repeat."""
    creator = ask(People).creator(upload.creator_id)
    if creator is None or creator.user_id is None or current().actor_id != creator.user_id:
        return
    performer = _own_record(upload.creator_id)
    if performer is None or performer.id not in upload.performer_ids:
        return
    if session.execute(
        select(Consent.id).filter_by(asset_id=upload.asset_id, performer_id=performer.id)
    ).scalar():
        return
    _attest(performer, upload.asset_id, acts=upload.acts)


def attest(asset_id: str, *, creator_id: str) -> str:
    """Declare, as the creator in person, one's own consent for an asset that names oneself. Returns the consent's id.
    Raises NoSuchReview, NotInPerson, ConsentStands."""
    review = _review_of(asset_id)
    performer = _own_record(creator_id)
    if review is None or review.creator_id != creator_id or performer is None:
        raise NoSuchReview(gettext("There is no such asset of yours, or no record of yourself yet."))
    creator = ask(People).creator(creator_id)
    if creator is None or current().actor_id is None or current().actor_id != creator.user_id:
        raise NotInPerson(gettext("Only the person depicted can declare this."))
    if performer.id not in {depiction.performer_id for depiction in review.depictions}:
        raise NoSuchReview(gettext("This asset does not name you."))
    standing = _standing(asset_id, performer.id)
    if standing and set(review.acts) <= set(standing.acts):
        raise ConsentStands(gettext("Your consent for this asset stands already."))
    _supersede(standing)
    consent_id = _attest(performer, asset_id, acts=review.acts)
    session.flush()  # the review reads it
    review_asset(asset_id)
    return consent_id


def _review_of(asset_id: str) -> AssetReview | None:
    query = select(AssetReview).filter_by(asset_id=asset_id)
    return session.execute(query).scalar() if is_id(asset_id) else None


def _own_record(creator_id: str) -> Performer | None:
    own = select(Performer).filter_by(creator_id=creator_id, is_self=True)
    performer: Performer | None = session.execute(own).scalar()
    return performer


def _attest(performer: Performer, asset_id: str, *, acts: Sequence[str]) -> str:
    """It covers what the asset is said to show now; who states more later declares anew."""
    consent = _new(performer, asset_id, source=ConsentSource.ATTESTATION, text_version=ATTESTATION)
    consent.acts = list(acts)
    consent.confirmed_at, consent.confirmed_by = clock.now(), current().actor
    session.add(consent)
    return consent.id


def give_consent(
    asset_id: str,
    *,
    performer_id: str,
    acts: Sequence[str],
    evidence: str,
    distribution: Sequence[str] = (Channel.PLATFORM,),
    clusters: Sequence[str] = (),
    territories: Sequence[str] = (),
    ends_on: date | None = None,
    signed_at: datetime | None = None,
) -> str:
    """Hand in a signed release: for which acts, channels, brands, countries, until when; no brand and no country means all.
    `evidence` says where the signed paper is kept. It counts once confirmed by another person. Returns the consent's id. Raises NoSuchReview, NoSuchPerformer, ConsentUnclear, ConsentStands."""
    performer = locked_performer(performer_id)
    review = _review_of(asset_id)
    if review is None or review.creator_id != performer.creator_id:
        raise NoSuchReview(gettext("There is no such asset of the creator who depicts this performer."))
    moment = signed_at or clock.now()
    _check_release(acts, evidence, distribution, territories)
    if moment > clock.now() or (ends_on and ends_on < moment.date()):
        raise ConsentUnclear(gettext("A release is signed in the past and ends after that."))
    standing = _standing(asset_id, performer_id)
    if standing and set(acts) <= set(standing.acts):
        raise ConsentStands(_stands(standing, performer.stage_name))
    _supersede(standing)
    consent = _new(performer, asset_id, source=ConsentSource.RELEASE, text_version=RELEASE)
    consent.acts, consent.evidence, consent.signed_at = list(dict.fromkeys(acts)), evidence.strip(), moment
    consent.distribution, consent.clusters = list(dict.fromkeys(distribution)), list(dict.fromkeys(clusters))
    consent.territories, consent.ends_on = (
        [country.upper() for country in dict.fromkeys(territories)],
        ends_on,
    )
    session.add(consent)
    session.flush()  # the review reads it
    review_asset(asset_id)
    return consent.id


def confirm_consent(consent_id: str) -> None:
    """State that the signed release was read and covers the asset. Whoever handed it in may not.
    Raises NoSuchConsent, ConsentRevoked, NeedsSecondPerson."""
    consent = _locked(consent_id)
    if consent.revoked_at is not None:
        raise ConsentRevoked(gettext("This consent was revoked and cannot be confirmed."))
    if consent.confirmed_at is not None:
        return
    if current().actor_id is None or current().actor_id == consent.given_by_user_id:
        raise NeedsSecondPerson(gettext("Someone other than who handed the release in must confirm it."))
    consent.confirmed_at, consent.confirmed_by = clock.now(), current().actor
    session.flush()
    review_asset(consent.asset_id)


def revoke_consent(consent_id: str, *, reason: str = "") -> None:
    """End a consent: the asset is held again at once. Safe to repeat. Raises NoSuchConsent."""
    consent = _locked(consent_id)
    if consent.revoked_at is not None:
        return
    consent.revoked_at, consent.revoked_by, consent.revoke_reason = (
        clock.now(),
        current().actor,
        reason.strip(),
    )
    session.flush()
    review_asset(consent.asset_id)


def _supersede(standing: Consent | None) -> None:
    """A consent for more acts takes the place of the one that stands: one stands at a time."""
    if standing:
        standing.revoked_at, standing.revoked_by = clock.now(), current().actor
        session.flush()  # before the next one is written


def _check_release(
    acts: Sequence[str], evidence: str, distribution: Sequence[str], territories: Sequence[str]
) -> None:
    if not acts or not set(acts) <= set(Act) or not evidence.strip():
        raise ConsentUnclear(
            gettext(
                "Say which acts the release covers, among %(acts)s, and where it is kept.",
                acts=", ".join(Act),
            )
        )
    if not distribution or not set(distribution) <= set(Channel):
        raise ConsentUnclear(gettext("Say where it may be shown: %(channels)s.", channels=", ".join(Channel)))
    if not all(COUNTRY.fullmatch(country.upper()) for country in territories):
        raise ConsentUnclear(gettext("Give countries by two letters, such as US."))


def _new(performer: Performer, asset_id: str, *, source: ConsentSource, text_version: str) -> Consent:
    return Consent(
        id=new_id(),
        cluster=performer.cluster,
        asset_id=asset_id,
        performer_id=performer.id,
        acts=[],
        distribution=[Channel.PLATFORM, Channel.PROMOTION],
        clusters=[],
        territories=[],
        source=source,
        text_version=text_version,
        signed_at=clock.now(),
        given_by=current().actor,
        given_by_user_id=current().actor_id,
        created_at=clock.now(),
    )


def _standing(asset_id: str, performer_id: str) -> Consent | None:
    query = select(Consent).filter_by(asset_id=asset_id, performer_id=performer_id, revoked_at=None)
    consent: Consent | None = session.execute(query).scalar()
    return consent


def _stands(consent: Consent, name: str) -> str:
    if consent.confirmed_at is None:
        sentence: str = gettext("A consent of %(name)s for this asset is unconfirmed already.", name=name)
    else:
        sentence = gettext("A consent of %(name)s for this asset is standing already.", name=name)
    return sentence


def _locked(consent_id: str) -> Consent:
    consent = session.get(Consent, consent_id, with_for_update=True) if is_id(consent_id) else None
    if consent is None:
        raise NoSuchConsent(gettext("There is no such consent."))
    return consent
