"""Every verb of every console by page, in bulk and over REST: the same rows, facts, audit and refusals."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fanzadmin.console import batches
from fanzadmin.console.batches import BatchRow
from fanzadmin.console.contract import ConsoleLike, Record
from fanzadmin.console.registry import consoles
from fanzadmin.console.rest.names import resource_of, system_of
from fanzadmin.console.verbs.questions import PREFIX, Choice, Day, Money, Question, Text
from fanzadmin.console.verbs.verb import Verb
from fanzadmin.kernel.bulk_flush import dry_run
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.db import session
from security.clusters import clusters
from security.models import AuditEntry, StaffCluster
from tests.conftest import Client, make_user
from tests.console.test_statements import demo_world

__all__ = ["demo_world"]

SENTENCE = "As agreed on the phone today."
LOOKED_AT = 12  # records of a table that are tried, until one is found that the verb does
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def pairs() -> list[Any]:
    """Every declared verb. The consoles are known once the application is made."""
    return sorted((name, verb.name) for name, console in consoles.items() for verb in console.verbs)


@dataclass(frozen=True)
class Outcome:
    """What a verb did: the record's columns, the facts, the audit, and what refused it."""

    row: dict[str, str]
    facts: list[tuple[str, str]]
    entries: list[tuple[Any, ...]]
    refusal: str = ""


def answer_to(question: Question) -> str | int:
    """An answer as JSON has it."""
    if isinstance(question, Choice):
        return next(iter(question.words()))
    if isinstance(question, Money):
        return 1250
    if isinstance(question, Day):
        return "2027-01-31"
    assert isinstance(question, Text)
    return SENTENCE


def sent(verb: Verb) -> dict[str, str]:
    """The answers as a page sends them."""
    return {f"{PREFIX}{question.name}": str(answer_to(question)) for question in verb.questions}


def body(verb: Verb) -> dict[str, str | int]:
    return {question.name: answer_to(question) for question in verb.questions}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is committed inside the block is rolled back."""
    bind: Any = session.get_bind()
    session.remove()
    savepoint = bind.begin_nested()
    try:
        yield
    finally:
        session.remove()
        savepoint.rollback()


def columns_of(console: ConsoleLike, key: Any) -> dict[str, str]:
    session.expire_all()
    item = session.get(console.datamodel.obj, key)
    assert item is not None
    return {name: str(getattr(item, name)) for name in sorted(type(item).__mapper__.columns.keys())}


def known_ids(text: str, row: dict[str, str]) -> str:
    """A text without the ids that were drawn meanwhile."""
    return UUID.sub(lambda match: match[0] if match[0] in str(row) else "…", text)


def outcome(console: ConsoleLike, key: Any, facts: set[str], entries: set[str], refusal: str) -> Outcome:
    row = columns_of(console, key)
    new_facts = session.execute(select(OutboxFact).where(OutboxFact.id.not_in(facts))).scalars()
    ours = AuditEntry.table_name.not_like("console.%")
    new_entries = session.execute(
        select(AuditEntry).where(AuditEntry.id.not_in(entries), ours).order_by(AuditEntry.id)
    ).scalars()
    return Outcome(
        row,
        sorted((fact.type, known_ids(json.dumps(fact.data, sort_keys=True, default=str), row)) for fact in new_facts),
        sorted(
            (new_entry.action, new_entry.table_name, known_ids(new_entry.record_id, row), new_entry.actor_id, str(new_entry.reason),
             known_ids(json.dumps(new_entry.changes, sort_keys=True, default=str), row))
            for new_entry in new_entries
        ),
        refusal,
    )  # fmt: skip


Way = Callable[[Client, ConsoleLike, Verb, str], str]


def by_page(client: Client, console: ConsoleLike, verb: Verb, address: str) -> str:
    answer = client.post(f"{console.route_base}/action/{verb.name}/{address}", data=sent(verb))
    assert answer.status_code in {200, 302, 403, 404}, answer.status_code
    with client.session_transaction() as cookie:
        messages = cookie.pop("_flashes", [])
    if answer.status_code in {403, 404}:
        return str(answer.status_code)
    return " ".join(text for kind, text in messages if kind == "danger")


def in_bulk(client: Client, console: ConsoleLike, verb: Verb, address: str) -> str:
    """By the page that many records take: the batch is ordered and performed by its job."""
    data = {"action": verb.name, "rowid": address} | sent(verb)
    answer = client.post(f"{console.route_base}/bulk/action", data=data)
    if answer.status_code in {403, 404}:
        return str(answer.status_code)
    batch = session.execute(
        select(batches.Batch).order_by(batches.Batch.created_at.desc()).limit(1)
    ).scalar_one()
    if not batch.total:
        return "404"
    return str(session.execute(select(BatchRow.sentence).where(BatchRow.batch_id == batch.id)).scalar_one())


def by_rest(client: Client, console: ConsoleLike, verb: Verb, address: str) -> str:
    path = f"/api/v1/{system_of(console)}/{resource_of(console)}/{address}/{verb.name}"
    answer = client.post(path, json=body(verb) if verb.questions else None)
    assert answer.status_code < 500, answer.text
    if answer.status_code in {403, 404} and answer.json["type"].endswith(("not-yours", "no-such-record")):
        return str(answer.status_code)
    return "" if answer.status_code < 300 else str(answer.json["detail"])


WAYS: dict[str, Way] = {"page": by_page, "bulk": in_bulk, "rest": by_rest}


@pytest.fixture(scope="module")
def staff(app: Flask, demo_world: Any) -> Client:
    """Whoever may do everything."""
    return signed_in(app, "Admin")


def signed_in(app: Flask, role: str) -> Client:
    client: Any = app.test_client()
    client.user_id = make_user(session, role)
    session().commit_transaction()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = str(client.user_id), True
    return client  # type: ignore[no-any-return]


def force(verb: Verb, item: Record) -> None:
    """Put a record into a state that the verb leads on from."""
    for column, values in verb.when.items():
        if getattr(item, column) not in values:
            setattr(item, column, sorted(values, key=str)[0])
    session().commit_transaction()


def done_by(
    client: Client, console: ConsoleLike, verb: Verb, key: Any, way: Way, *, forced: bool = False
) -> Outcome:
    """Do a verb to a record by one way, and roll it back."""
    with undone():
        if forced:
            force(verb, session.get(console.datamodel.obj, key))
        facts = set(session.execute(select(OutboxFact.id)).scalars())
        entries = set(session.execute(select(AuditEntry.id)).scalars())
        item = session.get(console.datamodel.obj, key)
        refusal = way(client, console, verb, str(console.address_of(item)))
        session.flush()
        return outcome(console, key, facts, entries, refusal)


def candidates(console: ConsoleLike, verb: Verb, *, possible: bool) -> Sequence[Record]:
    """Records that are (or are not) in a state that the verb leads on from."""
    rows = session.query(console.datamodel.obj).order_by(*console.datamodel.keys)
    return [row for row in rows if verb.is_possible(row) is possible][:LOOKED_AT]


def chosen(console: ConsoleLike, verb: Verb, user_id: int) -> tuple[Any, bool] | None:
    """The key of a record that the verb would be done to, and whether it has to be put into a state for it."""
    for forced in (False, True):
        keys = [
            console.datamodel.get_pk_value(item) for item in candidates(console, verb, possible=not forced)
        ]
        for key in keys:
            with undone():
                item = session.get(console.datamodel.obj, key)
                if forced:
                    force(verb, item)
                if done_to(console, verb, user_id, item):
                    return key, forced
    return None


def done_to(console: ConsoleLike, verb: Verb, user_id: int, item: Record) -> bool:
    """Whether the verb would be done to a record, by a dry run."""
    answers = {question.name: answer_to(question) for question in verb.questions}
    if console.needs_approval(verb.name, item):
        return False
    with acting(Context(actor_id=user_id, actor="Admin")), dry_run():
        return not console.refusals_of(verb.name, [item], answers)


def verb_of(name: str) -> tuple[ConsoleLike, Verb]:
    console, _, verb = name.partition(".")
    result = consoles[console].verb_named(verb)
    assert result is not None
    return consoles[console], result


def keys_of(console: ConsoleLike, item: Record) -> Any:
    return console.datamodel.get_pk_value(item)


def declared() -> Iterator[tuple[str, ConsoleLike, Verb]]:
    for name, console in sorted(consoles.items()):
        for verb in console.verbs:
            yield f"{name}.{verb.name}", console, verb


def compared(
    client: Client, console: ConsoleLike, verb: Verb, key: Any, *, forced: bool = False
) -> tuple[dict[str, Outcome], bool]:
    """What came of a verb by each way, and whether it was the same."""
    ways = WAYS if console.single_key() else {name: way for name, way in WAYS.items() if name != "bulk"}
    outcomes = {name: done_by(client, console, verb, key, way, forced=forced) for name, way in ways.items()}
    return outcomes, len({repr(item) for item in outcomes.values()}) == 1


# Verbs that the demo has no record for, with what stands in the way.
NO_RECORD = {
    "CrmCreatorConsole.assign": "it asks for the name of a colleague",
    "OpsTaskConsole.retry": "the demo starts no task",
    "OpsDeliveryConsole.replay": "the demo delivers no fact",
    "MediaAssetConsole.cancel": "nothing is being encoded",
    "MediaAssetConsole.withdraw": "what is published is withdrawn by two, as the last test does",
    "MediaAssetConsole.retry": "nothing was tried and failed",
    "ShieldVerdictConsole.rescan": "every file could be checked",
    "ComplianceConsentConsole.confirm": "the demo's releases are confirmed",
    "CompliancePerformerConsole.verify": "the copies of documents lie in no storage",
}


def cluster_of(console: ConsoleLike, item: Record) -> str:
    owner = getattr(item, console.cluster_of) if console.cluster_of else item
    return str(owner.cluster)


def differences(outcomes: dict[str, dict[str, Outcome]]) -> str:
    """What is not the same, verb by verb."""
    lines = []
    for name, ways in outcomes.items():
        for part in ("row", "facts", "entries", "refusal"):
            values = {way: getattr(outcome, part) for way, outcome in ways.items()}
            if len({repr(value) for value in values.values()}) > 1 or (
                part == "refusal" and any(values.values())
            ):
                lines.append(f"{name} {part}: {values}")
    return "\n".join(lines)


class TestEveryVerb:
    def test_does_the_same_by_page_in_bulk_and_over_rest(self, staff: Client) -> None:
        different, untried = {}, set()
        for name, console, verb in declared():
            choice = chosen(console, verb, staff.user_id or 0)
            if choice is None:
                untried.add(name)
                continue
            outcomes, same = compared(staff, console, verb, choice[0], forced=choice[1])
            if not same or next(iter(outcomes.values())).refusal:
                different[name] = outcomes
        assert not different, differences(different)
        assert untried <= NO_RECORD.keys()

    def test_is_refused_with_the_same_words_in_the_wrong_state(self, staff: Client) -> None:
        different = {}
        for name, console, verb in declared():
            for item in candidates(console, verb, possible=False)[:1]:
                outcomes, same = compared(staff, console, verb, console.datamodel.get_pk_value(item))
                if not same:
                    different[name] = outcomes
        assert not different, differences(different)

    def test_is_done_for_nobody_without_its_right(self, app: Flask, staff: Client) -> None:
        done = {}
        stranger = signed_in(app, "Creator")
        for name, console, verb in declared():
            for item in candidates(console, verb, possible=True)[:1]:
                outcomes, _same = compared(stranger, console, verb, console.datamodel.get_pk_value(item))
                if any(entry.refusal != "403" or entry.entries or entry.facts for entry in outcomes.values()):
                    done[name] = outcomes
        assert not done

    def test_reaches_no_record_of_another_brand(self, app: Flask, staff: Client) -> None:
        reached, colleague = {}, signed_in(app, "Admin")
        for name, console, verb in declared():
            if not hasattr(console.datamodel.obj, "cluster") and not console.cluster_of:
                continue
            for item in candidates(console, verb, possible=True)[:1]:
                key = console.datamodel.get_pk_value(item)
                other = next(
                    cluster.key for cluster in clusters() if cluster.key != cluster_of(console, item)
                )
                with undone():
                    session.add(StaffCluster(user_id=colleague.user_id, cluster=other))
                    session().commit_transaction()
                    outcomes, _same = compared(colleague, console, verb, key)
                if any(entry.refusal != "404" or entry.entries or entry.facts for entry in outcomes.values()):
                    reached[name] = outcomes
        assert not reached

    def test_waits_for_a_second_person_by_every_way(self, staff: Client) -> None:
        tried = 0
        for _name, console, verb in declared():
            items = candidates(console, verb, possible=True)
            item = next((entry for entry in items if console.needs_approval(verb.name, entry)), None)
            if item is None:
                continue
            tried += 1
            key = console.datamodel.get_pk_value(item)
            path = f"/api/v1/{system_of(console)}/{resource_of(console)}/{key}/{verb.name}"
            before = columns_of(console, key)
            with undone():
                reason = {"Audit-Reason": SENTENCE}
                answers = [staff.post(path, json=body(verb), headers=reason).status_code for _ in range(2)]
                assert answers == [202, 409]
                assert columns_of(console, key) == before
            for way in (by_page, in_bulk):
                with undone():
                    way(staff, console, verb, str(key))
                    assert columns_of(console, key) == before
        assert tried
