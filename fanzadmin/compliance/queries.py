"""What Compliance answers: who may be named, why an asset waits, and the records as an inspector asks for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from flask_babel import gettext
from sqlalchemy import ColumnElement, func, or_, select

from fanzadmin.compliance.models import (
    AssetReview,
    Consent,
    Custodian,
    Depiction,
    IdentityDocument,
    Performer,
    PerformerAlias,
    ReviewState,
)
from fanzadmin.contracts.biolink import Links
from fanzadmin.contracts.compliance import PerformerCard, RecordState
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.i18n.reasons import ReasonCard, reason_text
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from security.clusters import within

SOON = timedelta(days=30)


class NothingOnRecord(NotFound):
    title = "There is nothing on record"


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """An identity document by its kind, country and last four signs."""

    id: str
    kind: str
    country: str
    number_last4: str
    expires_on: date
    has_copy: bool


@dataclass(frozen=True, slots=True)
class RecordCard:
    """A performer's record as its creator sees it; `reason` says why it is not verified."""

    id: str
    stage_name: str
    legal_name: str
    born_on: date
    state: str
    reason: str
    is_self: bool
    valid_until: date | None
    aliases: tuple[str, ...]
    documents: tuple[DocumentCard, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentCard:
    """A consent: unconfirmed, standing or revoked."""

    id: str
    asset_id: str
    performer_id: str
    performer: str
    acts: tuple[str, ...]
    distribution: tuple[str, ...]
    clusters: tuple[str, ...]
    territories: tuple[str, ...]
    ends_on: date | None
    source: str
    state: str
    signed_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """Whether an asset may be shown, and if not, why. `performer_ids` in the order of the upload."""

    asset_id: str
    creator_id: str
    title: str
    state: str
    reasons: tuple[str, ...]
    missing: Annotated[tuple[ReasonCard, ...], "the reasons as codes with values"]
    produced_on: date | None
    acts: tuple[str, ...]
    performer_ids: tuple[str, ...]
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class InspectedRecord:
    """One performer with everything an inspector may ask for: names, documents, works."""

    record: RecordCard
    creator_id: str
    cluster: str
    works: tuple[ReviewCard, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for Compliance now."""

    pending_records: int
    held_assets: int
    unconfirmed_consents: int
    expiring_soon: int


@dataclass(frozen=True, slots=True)
class CustodianCard:
    """Who keeps the records of a cluster, for the statement of 28 CFR 75.6; `since` is its date of truth."""

    cluster: str
    name: str
    title: str
    organisation: str
    street_address: str
    hours: str
    since: date


class RecordAnswers:
    """Answers the questions of `contracts.compliance.Records`."""

    def has_verified_self(self, creator_id: str) -> bool:
        own = select(Performer.id).filter_by(creator_id=creator_id, is_self=True, state=RecordState.VERIFIED)
        return session.execute(own).first() is not None

    def performers_of(self, creator_id: str) -> tuple[PerformerCard, ...]:
        query = select(Performer).where(
            Performer.creator_id == creator_id, Performer.state != RecordState.REJECTED
        )
        rows = session.execute(query.order_by(Performer.is_self.desc(), Performer.stage_name)).scalars()
        return tuple(PerformerCard(row.id, row.stage_name, row.state, row.is_self) for row in rows)


def records_of(creator_id: str) -> tuple[RecordCard, ...]:
    """The records that this creator keeps, the own first."""
    query = select(Performer).filter_by(creator_id=creator_id)
    rows = session.execute(query.order_by(Performer.is_self.desc(), Performer.stage_name)).scalars()
    return tuple(record_card(row) for row in rows)


def record_of(performer_id: str, *, creator_id: str) -> RecordCard:
    """One record among this creator's. Raises NothingOnRecord."""
    row = session.get(Performer, performer_id) if is_id(performer_id) else None
    if row is None or row.creator_id != creator_id:
        raise NothingOnRecord(gettext("There is no such performer among yours."))
    return record_card(row)


def consents_of_asset(asset_id: str, *, creator_id: str) -> tuple[ConsentCard, ...]:
    """Every consent ever given for an asset of this creator."""
    query = (
        select(Consent)
        .join(Performer)
        .where(Consent.asset_id == asset_id, Performer.creator_id == creator_id)
    )
    return tuple(consent_card(row) for row in session.execute(query.order_by(Consent.created_at)).scalars())


def consent_of(consent_id: str, *, creator_id: str) -> ConsentCard:
    """One consent for an asset of this creator. Raises NothingOnRecord."""
    query = (
        select(Consent).join(Performer).where(Consent.id == consent_id, Performer.creator_id == creator_id)
    )
    row = session.execute(query).scalar() if is_id(consent_id) else None
    if row is None:
        raise NothingOnRecord(gettext("There is no such consent among yours."))
    return consent_card(row)


def review_of(
    asset_id: str, *, creator_id: str | None = None, clusters: frozenset[str] | None = None
) -> ReviewCard:
    """The review of an asset; with `creator_id` only if it is theirs. Raises NothingOnRecord."""
    query = select(AssetReview).where(AssetReview.asset_id == asset_id)
    if creator_id is not None:
        query = query.where(AssetReview.creator_id == creator_id)
    row = session.execute(within(query, AssetReview.cluster, clusters)).scalar() if is_id(asset_id) else None
    if row is None:
        raise NothingOnRecord(gettext("There is no review of this asset."))
    return review_card(row)


def inspect_records(
    term: str, *, clusters: frozenset[str] | None = None, limit: int = 50
) -> tuple[InspectedRecord, ...]:
    """Records by any name ever used, or by a work that they are depicted in: its title, its address or its id
    (28 CFR 75.2(a)(3))."""
    words = " ".join(term.split())
    if len(words) < 2:
        return ()
    like = f"%{words.replace('%', '').replace('_', '')}%"
    aliases = select(PerformerAlias.performer_id).where(PerformerAlias.name.ilike(like))
    names = or_(Performer.legal_name.ilike(like), Performer.stage_name.ilike(like), Performer.id.in_(aliases))
    depicted = select(Depiction.performer_id).join(AssetReview)
    found_by: ColumnElement[bool]
    if asset_id := asset_of_address(words):
        found_by = Performer.id.in_(depicted.where(AssetReview.asset_id == asset_id))
    else:
        found_by = or_(names, Performer.id.in_(depicted.where(AssetReview.title.ilike(like))))
    query = within(select(Performer).where(found_by), Performer.cluster, clusters)
    rows = session.execute(query.order_by(Performer.legal_name).limit(limit)).scalars().all()
    return tuple(
        InspectedRecord(record_card(row), row.creator_id, row.cluster, works_of(row.id)) for row in rows
    )


def asset_of_address(words: str) -> str:
    """The id of the asset that an address of ours shows, such as https://…/watch/<id> or /l/<slug>, or the id itself."""
    path = urlsplit(words).path.rstrip("/")
    first, _, last = path.rpartition("/")
    if is_id(last):
        return last
    link = ask(Links).asset_of_slug(last) if first.endswith("/l") else None
    return link or ""


def others_with_document(
    performer: Performer, *, states: Collection[RecordState] = tuple(RecordState)
) -> tuple[str, ...]:
    """The ids of performers of another name or birth, in these states, on whose record a document of this one stands, too.
    The same person may have a record with several creators."""
    numbers = [document.number_hash for document in performer.documents]
    query = (
        select(Performer)
        .join(IdentityDocument)
        .where(IdentityDocument.number_hash.in_(numbers), Performer.id != performer.id)
        .where(Performer.state.in_(states))
    )
    return tuple(other.id for other in session.execute(query).scalars() if not _is_same(performer, other))


def _is_same(performer: Performer, other: Performer) -> bool:
    return (performer.legal_name.casefold(), performer.born_on) == (
        other.legal_name.casefold(),
        other.born_on,
    )


def custodians() -> tuple[CustodianCard, ...]:
    """Who keeps the records of each cluster now."""
    query = select(Custodian).where(Custodian.since <= clock.now().date())
    rows = session.execute(query.order_by(Custodian.cluster, Custodian.since.desc())).scalars()
    latest = {row.cluster: row for row in reversed(rows.all())}
    fields = CustodianCard.__slots__
    return tuple(CustodianCard(*(getattr(row, name) for name in fields)) for row in latest.values())


def works_of(performer_id: str) -> tuple[ReviewCard, ...]:
    """Every asset that depicts this person, newest first."""
    query = select(AssetReview).join(Depiction).where(Depiction.performer_id == performer_id)
    rows = session.execute(query.order_by(AssetReview.created_at.desc())).scalars()
    return tuple(review_card(row) for row in rows)


def document_copy(document_id: str, *, clusters: frozenset[str] | None = None) -> str:
    """The storage key of a document's copy. Raises NothingOnRecord."""
    query = select(IdentityDocument).join(Performer).where(IdentityDocument.id == document_id)
    row = session.execute(within(query, Performer.cluster, clusters)).scalar() if is_id(document_id) else None
    if row is None or not row.copy_key:
        raise NothingOnRecord(gettext("There is no copy of this document."))
    return str(row.copy_key)


def waiting(*, clusters: frozenset[str] | None = None) -> Waiting:
    """What waits for Compliance now, in numbers."""
    today = clock.now().date()
    records = select(
        func.count().filter(Performer.state == RecordState.PENDING),
        func.count().filter(Performer.state == RecordState.VERIFIED, Performer.valid_until <= today + SOON),
    )
    pending, expiring = session.execute(within(records, Performer.cluster, clusters)).one()
    held = select(func.count()).where(AssetReview.state == ReviewState.HELD)
    unread = select(func.count()).where(Consent.confirmed_at.is_(None), Consent.revoked_at.is_(None))
    return Waiting(
        pending_records=pending,
        held_assets=session.execute(within(held, AssetReview.cluster, clusters)).scalar_one(),
        unconfirmed_consents=session.execute(within(unread, Consent.cluster, clusters)).scalar_one(),
        expiring_soon=expiring,
    )


def record_card(row: Performer) -> RecordCard:
    return RecordCard(
        id=row.id,
        stage_name=row.stage_name,
        legal_name=row.legal_name,
        born_on=row.born_on,
        state=row.state,
        reason=reason_text(row.state_reason),
        is_self=row.is_self,
        valid_until=row.valid_until,
        aliases=tuple(alias.name for alias in row.aliases),
        documents=tuple(document_card(document) for document in row.documents),
        created_at=row.created_at,
    )


def document_card(row: IdentityDocument) -> DocumentCard:
    own = {name: getattr(row, name) for name in DocumentCard.__slots__ if name != "has_copy"}
    return DocumentCard(has_copy=bool(row.copy_key), **own)


def consent_card(row: Consent) -> ConsentCard:
    own = {name: getattr(row, name) for name in ConsentCard.__slots__ if name != "performer"}
    lists = {name: tuple(own[name]) for name in ("acts", "distribution", "clusters", "territories")}
    return ConsentCard(performer=row.performer.stage_name, **(own | lists))


def review_card(row: AssetReview) -> ReviewCard:
    return ReviewCard(
        asset_id=row.asset_id,
        creator_id=row.creator_id,
        title=row.title,
        state=row.state,
        reasons=tuple(card.sentence for card in row.cards),
        missing=row.cards,
        produced_on=row.produced_on,
        acts=tuple(row.acts),
        performer_ids=tuple(depiction.performer_id for depiction in row.depictions),
        decided_at=row.decided_at,
    )
