"""Making suggestions for an asset, and what becomes of them."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import gettext
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.gpt import SuggestionAccepted, SuggestionsMade
from fanzadmin.contracts.media import Assets
from fanzadmin.gpt.models import AssetHistory, Kind, Preference, Suggestion, SuggestionState
from fanzadmin.gpt.queries import time_zone_of
from fanzadmin.gpt.service.captions import suggest_caption
from fanzadmin.gpt.service.history import cluster_alike, cluster_past, fresh_asset, own_past
from fanzadmin.gpt.service.hours import suggest_hour
from fanzadmin.gpt.service.past import Advice, Fresh, Withheld
from fanzadmin.gpt.service.prices import suggest_price
from fanzadmin.gpt.service.tags import suggest_tags
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, NotFound
from fanzadmin.kernel.i18n.reasons import reason_text
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import enqueue, progress

PROVIDER, MODEL = "local", "history-1"  # the version counts up when a rule of choice changes
ON_THEIR_WAY = frozenset(
    {"processing", "needs_records", "ready", "scheduled"}
)  # states of an asset that passed the scan
COMING = ON_THEIR_WAY | {"uploaded", "scanning", "unchecked"}
BEFORE_PUBLICATION = (Kind.HOUR,)  # what is of no use once an asset is out
OPEN = (SuggestionState.OFFERED, SuggestionState.WITHHELD)


class NoSuchSuggestion(NotFound):
    title = "There is no such suggestion"


class AlreadyDecided(BusinessError):
    title = "This suggestion was decided already"


class NothingToAccept(BusinessError):
    title = "There is nothing to accept"


class OutOfUse(BusinessError):
    status = 409
    title = "This suggestion cannot be used any more"


class NoSuchTimeZone(BusinessError):
    status = 422
    title = "There is no such time zone"


class AccountNotActive(BusinessError):
    title = "The account is not active"


def ask_for_suggestions(asset_id: str) -> None:
    """Have a worker of the queue `ai` make suggestions for an asset."""
    enqueue("gpt.suggest", asset_id, queue="ai", title="Looking for suggestions")


def ask_for_missing_suggestions(creator_id: str) -> None:
    """Ask for what was left out while a creator could not act: suggestions for uploads that are on their way."""
    has_some = select(Suggestion.id).where(Suggestion.asset_id == AssetHistory.asset_id).exists()
    query = select(AssetHistory.asset_id).where(
        AssetHistory.creator_id == creator_id, AssetHistory.published_at.is_(None), ~has_some
    )
    cards = ask(Assets).cards(tuple(session.execute(query).scalars()))
    for card in cards.values():
        if card.state in ON_THEIR_WAY:
            ask_for_suggestions(card.id)


def suggest(asset_id: str) -> None:
    """Make suggestions from the history as it stands; what the creator decided before is left alone.

    An asset of which no fact has come is left alone as well, and so is every asset of a creator who may not act now. What failed,
    was quarantined or withdrawn gets none, a published asset only what can still be applied.
    """
    asset = fresh_asset(asset_id)
    if asset is None:
        return
    fresh, cluster = asset
    if not ask(People).active_among((fresh.creator_id,)):
        return
    kinds = _usable_kinds(asset_id)
    if not kinds:
        take_offers_back(asset_id)
        return
    progress.report(20, "Reading what you published before")
    advice = [candidate for candidate in _advice(fresh, cluster) if candidate.kind in kinds]
    progress.report(80, "Writing the reasons down")
    offered = _keep(fresh, cluster, advice)
    if offered:
        record(
            SuggestionsMade(
                asset_id=asset_id, creator_id=fresh.creator_id, cluster=cluster, kinds=tuple(offered)
            )
        )


def take_offers_back(asset_id: str, *, kinds: Sequence[Kind] = tuple(Kind)) -> None:
    """Remove what the creator has not decided and what cannot be applied to an asset any more."""
    session.execute(
        delete(Suggestion).where(
            Suggestion.asset_id == asset_id, Suggestion.state.in_(OPEN), Suggestion.kind.in_(kinds)
        )
    )


def accept_suggestion(creator_id: str, suggestion_id: str, *, alike: bool = False) -> None:
    """The creator takes a suggestion; a second time changes nothing. With `alike` the same suggestion for other assets is taken, too.

    Raises NoSuchSuggestion (also for another creator's), AlreadyDecided, NothingToAccept, OutOfUse, AccountNotActive.
    """
    if not ask(People).active_among((creator_id,)):
        raise AccountNotActive(
            gettext("Your account is not active: suggestions can be taken once it is again.")
        )
    suggestion = _locked(creator_id, suggestion_id)
    others = _others_alike(suggestion) if alike else []
    if suggestion.state == SuggestionState.WITHHELD:
        raise NothingToAccept(reason_text(suggestion.reason))
    if suggestion.state != SuggestionState.ACCEPTED:
        if suggestion.kind not in _usable_kinds(suggestion.asset_id):
            raise OutOfUse(gettext("What this is about came out or was taken back in the meantime."))
        _accept(suggestion)
    for other in others:
        if other.kind in _usable_kinds(other.asset_id):
            _accept(other)


def dismiss_suggestion(creator_id: str, suggestion_id: str, *, alike: bool = False) -> None:
    """The creator does not want a suggestion, with `alike` for no asset; it does not come back. Raises NoSuchSuggestion, AlreadyDecided."""
    suggestion = _locked(creator_id, suggestion_id)
    for other in _others_alike(suggestion) if alike else []:
        _decide(other, SuggestionState.DISMISSED)
    if suggestion.state != SuggestionState.DISMISSED:
        _decide(suggestion, SuggestionState.DISMISSED)


@cache
def time_zones() -> tuple[str, ...]:
    """The names to choose from, such as Europe/Berlin."""
    regions = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(regions)))


def zone_of(creator_id: str) -> tzinfo:
    """The clock of a creator, summer time included."""
    name = time_zone_of(creator_id)
    return UTC if name == "UTC" else ZoneInfo(name)


def set_time_zone(creator_id: str, time_zone: str) -> None:
    """Count by this clock from now on; hours that wait for a decision are looked for anew. Raises NoSuchTimeZone."""
    if time_zone not in time_zones():
        raise NoSuchTimeZone(gettext("Choose a time zone of the list, such as Europe/Berlin."))
    if time_zone == time_zone_of(creator_id):
        return
    row = insert(Preference).values(creator_id=creator_id, time_zone=time_zone)
    session.execute(row.on_conflict_do_update(index_elements=["creator_id"], set_={"time_zone": time_zone}))
    open_hours = select(Suggestion.asset_id).where(
        Suggestion.creator_id == creator_id,
        Suggestion.kind == Kind.HOUR,
        Suggestion.state.in_(OPEN),
    )
    for asset_id in session.execute(open_hours).scalars():
        ask_for_suggestions(asset_id)


def _advice(fresh: Fresh, cluster: str) -> list[Advice | Withheld]:
    own, others = own_past(fresh), cluster_past(fresh, cluster)
    candidates = (
        suggest_tags(fresh, own, cluster_alike(fresh, cluster)),
        suggest_caption(fresh, own),
        suggest_hour(own, others, zone=zone_of(fresh.creator_id)),
        suggest_price(fresh, own),
    )
    return [
        candidate
        for candidate in candidates
        if candidate is not None and not _is_so_already(candidate, fresh)
    ]


def _is_so_already(advice: Advice | Withheld, fresh: Fresh) -> bool:
    now = {Kind.CAPTION: fresh.caption, Kind.PRICE: fresh.price_minor}
    return isinstance(advice, Advice) and advice.kind in now and advice.value == now[advice.kind]


def _keep(fresh: Fresh, cluster: str, advices: Iterable[Advice | Withheld]) -> list[str]:
    """Store the advice over what is still open. Returns the kinds that are offered."""
    rows = [_row(fresh, cluster, advice) for advice in advices]
    stale = delete(Suggestion).where(
        Suggestion.asset_id == fresh.asset_id,
        Suggestion.state.in_(OPEN),
        Suggestion.kind.not_in([row["kind"] for row in rows]),
    )
    session.execute(stale)
    offered = []
    for row in rows:
        statement = insert(Suggestion).values(row)
        fields = ("value", "reason", "score", "evidence", "state", "model", "title", "created_at")
        statement = statement.on_conflict_do_update(
            index_elements=["asset_id", "kind"],
            set_={name: statement.excluded[name] for name in fields},
            where=Suggestion.state.in_(OPEN),
        )
        if session.execute(statement.returning(Suggestion.state)).scalar() == SuggestionState.OFFERED:
            offered.append(str(row["kind"]))
    return offered


def _row(fresh: Fresh, cluster: str, advice: Advice | Withheld) -> dict[str, object]:
    is_offered = isinstance(advice, Advice)
    return {
        "id": new_id(),
        "asset_id": fresh.asset_id,
        "creator_id": fresh.creator_id,
        "cluster": cluster,
        "title": fresh.title,
        "kind": advice.kind.value,
        "value": advice.value if isinstance(advice, Advice) else None,
        "reason": advice.reason,
        "score": advice.score if isinstance(advice, Advice) else 0.0,
        "evidence": advice.evidence,
        "state": (SuggestionState.OFFERED if is_offered else SuggestionState.WITHHELD).value,
        "provider": PROVIDER,
        "model": MODEL,
        "cost_minor": 0,
        "created_at": clock.now(),
    }


def _locked(creator_id: str, suggestion_id: str) -> Suggestion:
    query = select(Suggestion).where(Suggestion.id == suggestion_id, Suggestion.creator_id == creator_id)
    suggestion: Suggestion | None = None
    if is_id(suggestion_id):
        suggestion = session.execute(query.with_for_update()).scalar()
    if suggestion is None:
        raise NoSuchSuggestion(gettext("There is no such suggestion among yours."))
    return suggestion


def _others_alike(suggestion: Suggestion) -> list[Suggestion]:
    """The same suggestion for other assets of the creator, where it waits for a decision."""
    query = select(Suggestion).where(
        Suggestion.creator_id == suggestion.creator_id,
        Suggestion.kind == suggestion.kind,
        Suggestion.value == suggestion.value,
        Suggestion.state == SuggestionState.OFFERED,
        Suggestion.id != suggestion.id,
    )
    return list(session.execute(query.order_by(Suggestion.id).with_for_update()).scalars())


def _usable_kinds(asset_id: str) -> frozenset[Kind]:
    """What can be applied to an asset as it stands."""
    card = ask(Assets).card(asset_id)
    if card is None or card.state not in COMING | {"published"}:
        return frozenset()
    return frozenset(Kind) if card.state in COMING else frozenset(Kind) - set(BEFORE_PUBLICATION)


def _accept(suggestion: Suggestion) -> None:
    _decide(suggestion, SuggestionState.ACCEPTED)
    record(
        SuggestionAccepted(
            asset_id=suggestion.asset_id,
            creator_id=suggestion.creator_id,
            cluster=suggestion.cluster,
            kind=suggestion.kind,
            value=json.dumps(suggestion.value, ensure_ascii=False),
        )
    )


def _decide(suggestion: Suggestion, state: SuggestionState) -> None:
    if suggestion.state not in OPEN:
        raise AlreadyDecided(
            gettext("You accepted this suggestion before.")
            if suggestion.state == SuggestionState.ACCEPTED
            else gettext("You dismissed this suggestion before.")
        )
    suggestion.state, suggestion.decided_at = state.value, clock.now()
