"""Performers' records: registered by one person, decided by another."""

from __future__ import annotations

import hashlib
from datetime import date

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.compliance.models import ADULT, IdentityDocument, Performer, PerformerAlias
from fanzadmin.compliance.queries import others_with_document
from fanzadmin.compliance.service.reviews import review_depictions_of
from fanzadmin.contracts.compliance import AliasKind, DocumentKind, MinorSuspected, RecordState
from fanzadmin.contracts.crm import People
from fanzadmin.contracts.shield import Documents
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from fanzadmin.kernel.i18n.reasons import reason_code, reason_text
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.storage import get_storage
from fanzadmin.kernel.text import is_invisible
from security.crypto import keyed_hash

TOO_YOUNG = "compliance.too_young"
COPY_LIMIT = 20 << 20
_PDF_START = b"%PDF-"
_COPY_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", _PDF_START)


class NoSuchPerformer(NotFound):
    title = "There is no such performer"


class NoSuchCreator(NotFound):
    title = "There is no such creator"


class RecordUnclear(Invalid):
    """`field`, a member of the problem, names what is wrong where it is one thing."""

    title = "The record is not complete"


class SelfRegistered(Conflict):
    title = "There is a record of this person already"


class NeedsSecondPerson(Forbidden):
    title = "A second person must decide"


class RecordNotReady(Conflict):
    title = "The record cannot be decided yet"


def register_performer(
    creator_id: str, *, stage_name: str, legal_name: str, born_on: date, is_self: bool = False
) -> str:
    """Open the record of someone whom this creator depicts. Returns the performer's id.

    The record of someone younger than 18 is kept as rejected and announced, never usable. Raises NoSuchCreator,
    RecordUnclear, SelfRegistered.
    """
    creator = ask(People).creator(creator_id) if is_id(creator_id) else None
    if creator is None:
        raise NoSuchCreator(gettext("There is no such creator."))
    _check_names(stage_name, legal_name, born_on)
    if (
        is_self
        and session.execute(select(Performer.id).filter_by(creator_id=creator_id, is_self=True)).scalar()
    ):
        raise SelfRegistered(gettext("Your own record exists already."))
    performer = Performer(
        id=new_id(),
        cluster=creator.cluster,
        creator_id=creator_id,
        is_self=is_self,
        stage_name=stage_name.strip(),
        legal_name=" ".join(legal_name.split()),
        born_on=born_on,
        state=RecordState.UNVERIFIED,
        registered_by=current().actor,
        registered_by_user_id=current().actor_id,
        created_at=clock.now(),
    )
    session.add(performer)
    if performer.stage_name.casefold() != performer.legal_name.casefold():
        performer.aliases.append(
            PerformerAlias(
                id=new_id(), name=performer.stage_name, kind=AliasKind.STAGE, created_at=clock.now()
            )
        )
    if performer.age_on(clock.now().date()) < ADULT:
        _refuse_minor(performer)
    return performer.id


def correct_birth(performer_id: str, *, born_on: date) -> None:
    """Change the date of birth; the record must be decided again. Raises NoSuchPerformer, RecordUnclear."""
    performer = locked_performer(performer_id)
    _check_names(performer.stage_name, performer.legal_name, born_on)
    performer.born_on = born_on
    if performer.age_on(clock.now().date()) < ADULT:
        _refuse_minor(performer)
    else:
        performer.state = RecordState.PENDING if performer.documents else RecordState.UNVERIFIED
        performer.state_reason = reason_code("compliance.birth_changed")
    review_depictions_of(performer.id)


def add_alias(performer_id: str, *, name: str, kind: str) -> str:
    """Note another name the performer ever used. Raises NoSuchPerformer, RecordUnclear."""
    performer = locked_performer(performer_id)
    if not name.strip() or kind not in set(AliasKind):
        raise RecordUnclear(gettext("Give the name and its kind: %(kinds)s.", kinds=", ".join(AliasKind)))
    existing = next((alias for alias in performer.aliases if alias.name == name.strip()), None)
    if existing:
        return existing.id
    alias = PerformerAlias(
        id=new_id(), performer_id=performer_id, name=name.strip(), kind=kind, created_at=clock.now()
    )
    performer.aliases.append(alias)
    return alias.id


def add_document(
    performer_id: str, *, kind: str, country: str, number: str, expires_on: date, copy: bytes
) -> str:
    """Hand in an identity document with its legible copy (JPEG, PNG or PDF up to 20 MiB); the record then waits to be
    decided. Returns the document's id. Raises NoSuchPerformer, RecordUnclear."""
    performer = locked_performer(performer_id)
    sign = "".join(letter for letter in number if letter.isalnum()).upper()
    if kind not in set(DocumentKind) or len(country) != 2 or not country.isalpha() or len(sign) < 5:
        raise RecordUnclear(
            gettext("Give the kind of document, its country (two letters) and its full number.")
        )
    if expires_on <= clock.now().date():
        raise RecordUnclear(
            gettext("This document has expired. Hand in one that is valid."), field="expires_on"
        )
    if not copy.startswith(_COPY_STARTS) or len(copy) > COPY_LIMIT:
        raise RecordUnclear(
            gettext("The copy of the document must be a JPEG, PNG or PDF of at most 20 MB."), field="copy"
        )
    copy = _paper(copy)
    document = IdentityDocument(
        id=new_id(),
        performer_id=performer_id,
        kind=kind,
        country=country.upper(),
        number_hash=keyed_hash("identity-document", f"{country.upper()}:{kind}:{sign}"),
        number_last4=sign[-4:],
        expires_on=expires_on,
        copy_sha256=hashlib.sha256(copy).hexdigest(),
        created_at=clock.now(),
    )
    document.copy_key = f"records/{performer_id}/{document.id}"
    get_storage().put(document.copy_key, copy)
    performer.documents.append(document)
    if performer.state in {RecordState.UNVERIFIED, RecordState.EXPIRED}:
        performer.state, performer.state_reason = RecordState.PENDING, ""
    return document.id


def _paper(copy: bytes) -> bytes:
    """Of a PDF only pictures of its pages are kept. Raises RecordUnclear for one that is more, or less, than paper."""
    if not copy.startswith(_PDF_START):
        return copy
    paper = ask(Documents).clean_copy(copy)
    if paper.problem:
        raise RecordUnclear(paper.problem, field="copy")
    return paper.content


def verify_record(performer_id: str) -> None:
    """Confirm that the documents show this person and an age of 18 or more. The one who registered the record, and the
    performer, may not. Raises NoSuchPerformer, NeedsSecondPerson, RecordNotReady."""
    performer = locked_performer(performer_id)
    _demand_second_person(performer)
    today = clock.now().date()
    valid = [document.expires_on for document in performer.documents if document.copy_key]
    if performer.age_on(today) < ADULT:
        raise RecordNotReady(reason_text(reason_code(TOO_YOUNG)))
    if not valid or max(valid) <= today:
        raise RecordNotReady(gettext("No valid identity document with a legible copy was handed in."))
    if others_with_document(performer, states={*RecordState} - {RecordState.REJECTED}):
        raise RecordNotReady(
            gettext("This identity document stands on the record of somebody with another name or birth.")
        )
    performer.valid_until = max(valid)
    _decide(performer, RecordState.VERIFIED, "")


def reject_record(performer_id: str, *, reason: str) -> None:
    """Refuse a record, also one that was verified before: every asset that depicts the performer is held again.
    Raises NoSuchPerformer, NeedsSecondPerson, RecordUnclear."""
    performer = locked_performer(performer_id)
    _demand_second_person(performer)
    if not reason.strip():
        raise RecordUnclear(gettext("Say why the record is refused."))
    _decide(performer, RecordState.REJECTED, reason.strip())


def expire_records() -> int:
    """Mark verified records whose documents ran out. What was produced while they were valid stays released.
    Returns how many."""
    today = clock.now().date()
    query = select(Performer).where(Performer.state == RecordState.VERIFIED, Performer.valid_until < today)
    expired = session.execute(query.with_for_update(skip_locked=True)).scalars().all()
    for performer in expired:
        performer.state, performer.state_reason = RecordState.EXPIRED, reason_code("compliance.run_out")
        review_depictions_of(performer.id)
    return len(expired)


def locked_performer(performer_id: str) -> Performer:
    """The locked record. Raises NoSuchPerformer."""
    performer = session.get(Performer, performer_id, with_for_update=True) if is_id(performer_id) else None
    if performer is None:
        raise NoSuchPerformer(gettext("There is no such performer."))
    return performer


def _check_names(stage_name: str, legal_name: str, born_on: date) -> None:
    if not stage_name.strip() or sum(not is_invisible(word) for word in legal_name.split()) < 2:
        raise RecordUnclear(
            gettext("Give the stage name and the full legal name as the identity document shows it.")
        )
    if not date(1900, 1, 1) <= born_on <= clock.now().date():
        raise RecordUnclear(gettext("The date of birth cannot be right."), field="born_on")


def _refuse_minor(performer: Performer) -> None:
    performer.state, performer.state_reason = RecordState.REJECTED, reason_code(TOO_YOUNG)
    performer.decided_at, performer.decided_by = clock.now(), "platform"
    record(
        MinorSuspected(cluster=performer.cluster, performer_id=performer.id, creator_id=performer.creator_id)
    )


def _demand_second_person(performer: Performer) -> None:
    """Four eyes: neither who registered the record nor the creator it belongs to decides about it."""
    actor = current().actor_id
    creator = ask(People).creator(performer.creator_id)
    if actor is None or actor in {performer.registered_by_user_id, creator.user_id if creator else None}:
        raise NeedsSecondPerson(
            gettext("Someone other than who registered this record must decide about it.")
        )


def _decide(performer: Performer, state: RecordState, reason: str) -> None:
    performer.state, performer.state_reason = state, reason
    performer.decided_by, performer.decided_by_user_id = current().actor, current().actor_id
    performer.decided_at = clock.now()
    review_depictions_of(performer.id)
