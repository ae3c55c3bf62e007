"""What facts leave with creators and fans: entries in their timelines, and figures. Each fact's own file in
fanzadmin/contracts says which (contracts/timeline.py)."""

from collections.abc import Mapping
from datetime import date

from fanzadmin.contracts.media import Assets
from fanzadmin.contracts.timeline import Entry, Timeline, kinds_that, text_of, timelines
from fanzadmin.crm.creators.figures import count, restate_figures
from fanzadmin.crm.creators.queries import names_of_creators
from fanzadmin.crm.fans.queries import names_of_fans
from fanzadmin.crm.fans.service import record_visit, restate_spending
from fanzadmin.crm.timeline.models import Subject
from fanzadmin.crm.timeline.queries import latest_kind
from fanzadmin.crm.timeline.service import record_entry
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.reasons import reason_value
from fanzadmin.kernel.i18n.stored_messages import Value, amount, stored_message
from fanzadmin.kernel.ports import ask


def record_activity(fact: Fact) -> None:
    """Count a fact and enter it in the timelines of its creator and its fan, as it is declared."""
    declared = timelines[fact.type]
    _count(fact, declared)
    spent = declared.spent(fact)
    if spent or declared.seen(fact):
        record_visit(text_of(fact, "fan_id"), seen=declared.seen(fact), spent_minor=spent)
    for subject, entry in ((Subject.CREATOR, declared.creator), (Subject.FAN, declared.fan)):
        if entry:
            _enter(fact, entry, subject)


def restate(figures: Mapping[tuple[str, date], Mapping[str, int]]) -> None:
    """Replace all figures by `figures`: person id and day → name → amount. For the demo and for a recount."""
    restate_figures(figures)
    restate_spending(figures)


def _count(fact: Fact, declared: Timeline) -> None:
    figures = dict(declared.counts(fact))
    if declared.opens and not _is_open(fact, declared, declared.opens):
        figures[declared.opens] = 1
    if declared.closes and _is_open(fact, declared, declared.closes):
        figures[declared.closes] = -1
    if figures:
        count(text_of(fact, "creator_id"), **figures)


def _is_open(fact: Fact, declared: Timeline, figure: str) -> bool:
    """Whether the latest entry about what the fact is about opened it, for a figure that counts what is open."""
    if declared.creator is None:
        return False
    opening = kinds_that(opens=figure)
    kinds = opening | kinds_that(closes=figure)
    return (
        latest_kind(text_of(fact, "creator_id"), about=declared.creator.link_of(fact), among=kinds) in opening
    )


def _enter(fact: Fact, entry: Entry, subject: Subject) -> None:
    message = entry.message_of(fact)
    values = {place: _value(fact, name) for place, name in entry.fields_of(type(fact), message).items()}
    record_entry(
        subject,
        text_of(fact, f"{subject}_id"),
        entry.kind_of(fact),
        stored_message(message, **values),
        cluster=fact.cluster,
        link=entry.link_of(fact),
    )


def _value(fact: Fact, name: str) -> Value:
    """A field as a part of a sentence: an amount, a name, or its text."""
    value = getattr(fact, name)
    if name.endswith("_minor"):
        return amount(value, text_of(fact, "currency"))
    if name == "asset_id":
        card = ask(Assets).card(value) if value else None
        return stored_message(N_("“%(title)s”"), title=card.title) if card else stored_message(N_("an asset"))
    if name == "fan_id":
        return names_of_fans((value,)).get(value) or stored_message(N_("A fan"))
    if name == "creator_id":
        return names_of_creators((value,)).get(value) or stored_message(N_("a creator"))
    if name in ("reason", "reasons"):
        return reason_value(value.splitlines() if isinstance(value, str) else value)
    return text_of(fact, name)
