"""The gate: an asset is released when everyone it depicts has a good record and a standing consent, else held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.compliance.models import ADULT, AssetReview, Consent, Depiction, Performer, ReviewState
from fanzadmin.compliance.queries import others_with_document
from fanzadmin.compliance.service.coverage import Reason, consent_reasons, missing
from fanzadmin.contracts.compliance import Act, AssetHeld, AssetReleased, MinorSuspected, Missing, RecordState
from fanzadmin.contracts.media import AssetChanged, AssetPublished, AssetUploaded
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Invalid, NotFound
from fanzadmin.kernel.ids import is_id, new_id


class NoSuchReview(NotFound):
    title = "There is no review of this asset"


class WrongProductionDate(Invalid):
    title = "This date of production cannot be right"


class ActsUnclear(Invalid):
    title = "It is not clear what the asset shows"


def open_review(upload: AssetUploaded) -> None:
    """Note who is depicted in an upload. Safe to repeat."""
    row = {
        "id": new_id(),
        "asset_id": upload.asset_id,
        "creator_id": upload.creator_id,
        "cluster": upload.cluster,
        "title": upload.title,
        "sha256": upload.sha256,
        "produced_on": date.fromisoformat(upload.produced_on) if upload.produced_on else None,
        "acts": list(upload.acts),
        "state": ReviewState.HELD,
        "reasons": [],
        "created_at": clock.now(),
    }
    statement = insert(AssetReview).values(**row).on_conflict_do_nothing(index_elements=["asset_id"])
    review_id = session.execute(statement.returning(AssetReview.id)).scalar()
    if review_id is None:
        return
    named = [performer_id for performer_id in dict.fromkeys(upload.performer_ids) if is_id(performer_id)]
    for place, performer_id in enumerate(named):
        session.add(Depiction(id=new_id(), review_id=review_id, performer_id=performer_id, place=place))
    session.flush()  # the review that follows reads the depictions


def review_asset(asset_id: str) -> None:
    """Release the asset or hold it with the exact reasons, and announce what changed. Raises NoSuchReview."""
    review = _review(asset_id)
    reasons = list(_reasons(review))
    state = ReviewState.HELD if reasons else ReviewState.RELEASED
    if review.decided_at is not None and (review.state, review.reasons) == (state, reasons):
        return
    review.state, review.reasons, review.decided_at = state, reasons, clock.now()
    if reasons:
        record(
            AssetHeld(
                cluster=review.cluster,
                asset_id=asset_id,
                creator_id=review.creator_id,
                reasons=review.codes,
            )
        )
    else:
        record(AssetReleased(cluster=review.cluster, asset_id=asset_id, creator_id=review.creator_id))


def review_depictions_of(performer_id: str) -> None:
    """Decide again about every asset that depicts this person."""
    session.flush()  # the change that asks for it must be seen
    query = select(AssetReview.asset_id).join(Depiction).where(Depiction.performer_id == performer_id)
    for asset_id in session.execute(query.order_by(AssetReview.asset_id)).scalars().all():
        review_asset(asset_id)


def add_depiction(asset_id: str, *, performer_id: str) -> None:
    """Name one more person who is depicted, and decide again. Safe to repeat. Raises NoSuchReview."""
    review = _review(asset_id)
    if is_id(performer_id) and performer_id not in {
        depiction.performer_id for depiction in review.depictions
    }:
        place = len(review.depictions)
        review.depictions.append(Depiction(id=new_id(), performer_id=performer_id, place=place))
    session.flush()
    review_asset(asset_id)


def set_production_date(asset_id: str, *, produced_on: date) -> None:
    """State when the depiction was made, and decide again. Raises NoSuchReview, WrongProductionDate."""
    review = _review(asset_id)
    if produced_on > review.created_at.date():
        raise WrongProductionDate(gettext("It cannot have been made after it was uploaded."))
    review.produced_on = produced_on
    session.flush()
    review_asset(asset_id)


def state_acts(asset_id: str, *, acts: Sequence[str]) -> None:
    """State what the depiction shows, and decide again: a consent that covers less holds it. Raises NoSuchReview, ActsUnclear."""
    review = _review(asset_id)
    if not acts or not set(acts) <= set(Act):
        raise ActsUnclear(gettext("Choose what it shows among: %(acts)s.", acts=", ".join(Act)))
    review.acts = list(dict.fromkeys(acts))
    session.flush()
    review_asset(asset_id)


def review_again(fact: AssetPublished | AssetChanged) -> None:
    """Decide again about an asset that is offered: to its audience of now. Safe to repeat."""
    if session.execute(select(AssetReview.id).filter_by(asset_id=fact.asset_id)).scalar():
        review_asset(fact.asset_id)


def end_consents() -> int:
    """Decide again about what is shown by a consent whose last day is over. Returns how many assets that were."""
    ended = (
        select(AssetReview.asset_id)
        .join(Consent, Consent.asset_id == AssetReview.asset_id)
        .where(AssetReview.state == ReviewState.RELEASED, Consent.revoked_at.is_(None))
        .where(Consent.ends_on < clock.now().date())
    )
    asset_ids = session.execute(ended.distinct().order_by(AssetReview.asset_id)).scalars().all()
    for asset_id in asset_ids:
        review_asset(asset_id)
    return len(asset_ids)


def _review(asset_id: str) -> AssetReview:
    query = select(AssetReview).filter_by(asset_id=asset_id).with_for_update()
    review: AssetReview | None = session.execute(query).scalar() if is_id(asset_id) else None
    if review is None:
        raise NoSuchReview(gettext("There is no review of this asset."))
    return review


def _reasons(review: AssetReview) -> Iterator[Reason]:
    named = session.execute(
        select(Depiction.performer_id).filter_by(review_id=review.id).order_by(Depiction.place)
    ).scalars()
    ids = list(named)
    yield from _production_reasons(review)
    if not ids:
        yield missing(Missing.UNNAMED)
    performers = {
        performer.id: performer
        for performer in session.execute(select(Performer).where(Performer.id.in_(ids))).scalars()
        if performer.creator_id == review.creator_id
    }
    consents = _consents(review.asset_id)
    for performer_id in ids:
        performer = performers.get(performer_id)
        if performer is None:
            yield missing(Missing.UNKNOWN)
            continue
        yield from _record_reasons(performer, review)
        yield from consent_reasons(performer, consents.get(performer_id), review)


def _production_reasons(review: AssetReview) -> Iterator[Reason]:
    if not review.acts:
        yield missing(Missing.ACTS_UNSTATED)
    if review.produced_on is None:
        yield missing(Missing.UNDATED)


def _record_reasons(performer: Performer, review: AssetReview) -> Iterator[Reason]:
    if performer.age_on(review.made_on) < ADULT:
        _announce_minor(performer, review)
        yield missing(Missing.MINOR, performer)
    elif performer.state == RecordState.REJECTED:
        yield missing(Missing.REJECTED, performer)
    elif performer.state == RecordState.EXPIRED and not _valid_then(performer, review):
        yield missing(Missing.EXPIRED, performer)
    elif performer.state in {RecordState.UNVERIFIED, RecordState.PENDING}:
        yield missing(Missing.UNVERIFIED, performer)
    else:
        yield from _item_reasons(performer, review)


def _item_reasons(performer: Performer, review: AssetReview) -> Iterator[Reason]:
    """The items of 28 CFR 75.2(a) that a verified record lacks for this asset; a state alone proves none of them."""
    copies = [document for document in performer.documents if document.copy_key]
    if not any(review.made_on <= document.expires_on for document in copies):
        yield missing(Missing.NO_COPY, performer)
    if not performer.aliases and performer.stage_name != performer.legal_name:
        yield missing(Missing.NO_OTHER_NAMES, performer)
    if others_with_document(performer, states=(RecordState.VERIFIED, RecordState.EXPIRED)):
        yield missing(Missing.DOCUMENT_SHARED, performer)


def _valid_then(performer: Performer, review: AssetReview) -> bool:
    """A document that ran out later was valid at the time of production, which is what the law asks."""
    return performer.valid_until is not None and review.made_on <= performer.valid_until


def _announce_minor(performer: Performer, review: AssetReview) -> None:
    """Announced once per asset: when the review is about to say so for the first time."""
    if any(reason["code"] == Missing.MINOR for reason in review.reasons):
        return
    record(MinorSuspected(cluster=review.cluster, performer_id=performer.id, creator_id=review.creator_id))


def _consents(asset_id: str) -> dict[str, Consent]:
    """The latest consent of each performer: a standing one before a revoked one."""
    rows = session.execute(select(Consent).filter_by(asset_id=asset_id).order_by(Consent.id)).scalars().all()
    latest: dict[str, Consent] = {}
    for consent in sorted(rows, key=lambda row: row.revoked_at is None):
        latest[consent.performer_id] = consent
    return latest
