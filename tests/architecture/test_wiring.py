"""What only the assembled platform can tell: facts, jobs, tables, consoles and rights fit together."""

import ast
from dataclasses import fields

import pytest
from flask import Flask

from fanzadmin import operations
from fanzadmin.app import SYSTEMS as SYSTEM_LIST
from fanzadmin.console.registry import consoles
from fanzadmin.kernel.bus.facts import consumers, facts
from fanzadmin.kernel.db import Model
from fanzadmin.kernel.queue.worker import resolve
from jobs.schedule import SCHEDULE
from security.rbac import ADMIN_ALONE, RIGHTS, ROLES
from tests.architecture.source import SYSTEMS, modules

FOREIGN = ("bench.", "sample.")  # facts of the benchmarks and of the kernel's own tests
SHOWN_WITHIN = {
    "biolink.salt": "a secret of one day; nobody sees it",
    "gpt.post_history": "counts that gpt.asset_history shows by asset",
    "gpt.preference": "a choice of the creator's own, made and seen in the portal",
    "chat.message_key": "where a message lies; the console of messages shows those",
    "chat.announcement": "what a broadcast names; the message it became says it",
    "media.publishing_default": "how a creator's uploads are announced; each asset says what was chosen",
}
HOUSE_WIDE = {  # of no brand: whoever may see the console sees every row
    "shield.blocked_hash", "kernel.inbox", "kernel.task", "audit_entry", "ab_user", "ab_role",
}  # fmt: skip
PRIMITIVES = {str, int, float, bool, tuple[str, ...]}


@pytest.fixture(autouse=True)
def _assembled(app: Flask) -> None:
    """Every test here needs all systems imported."""


def test_facts_hold_primitives_only() -> None:
    wrong = {
        f"{name}.{field.name}: {field.type}"
        for name, cls in facts.items()
        for field in fields(cls)
        if field.type not in PRIMITIVES and (field.name, field.type) != ("cluster", str | None)
    }
    assert not wrong, f"a fact carries str, int, float, bool or tuple[str, ...]: {wrong}"


def test_every_fact_of_the_contracts_is_recorded_somewhere() -> None:
    ids = {
        call.func.id
        for m in modules()
        if not m.name.startswith(("fanzadmin/contracts/", "bench/"))
        for call in m.calls()
        if isinstance(call.func, ast.Name)
    }
    silent = {name for name, cls in facts.items() if cls.__name__ not in ids and not name.startswith(FOREIGN)}
    assert not silent, f"a fact that nobody tells is a promise: {silent}"


def test_consumers_are_systems() -> None:
    assert set(consumers()) - {"bench", "sample"} <= set(SYSTEMS)


def test_every_enqueued_job_exists() -> None:
    names = {
        call.args[0].value
        for m in modules()
        for call in m.calls()
        if isinstance(call.func, ast.Name)
        and call.func.id == "enqueue"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert names, "no job is enqueued by a literal name any more: mend this test"
    for name in names | {line.job for line in SCHEDULE}:
        assert callable(resolve(str(name)))


def test_tables_lie_in_the_schema_of_their_system() -> None:
    values = {*SYSTEMS, "kernel", "console", None}
    wrong = {table.fullname for table in Model.metadata.sorted_tables if table.schema not in values}
    assert not wrong, f"one schema per system: {wrong}"


def test_no_two_models_share_a_table() -> None:
    seen: dict[str, str] = {}
    for mapper in Model.registry.mappers:
        table, name = mapper.local_table.fullname, mapper.class_.__name__
        if mapper.inherits is None:
            assert seen.setdefault(table, name) == name, f"{table} is declared by {seen[table]} and {name}"


def test_foreign_keys_cross_a_schema_only_towards_identity() -> None:
    wrong = {
        f"{table.fullname} → {key.target_fullname}"
        for table in Model.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.schema not in {table.schema, None}
    }
    assert not wrong, f"refer by id, not by foreign key: {wrong}"


def test_a_system_names_only_rights_that_follow_from_no_console() -> None:
    followed = {
        f"{console.resource}:{ability}" for console in consoles.values() for ability in console.abilities
    }
    named = {right for system in (*SYSTEM_LIST, operations.SYSTEM) for right in system.rights.extra}
    assert not named & followed, f"take these out of `extra` in rights.py: {sorted(named & followed)}"


def test_every_right_is_held_by_a_role() -> None:
    held = frozenset().union(*ROLES.values())
    alone = {right for right in RIGHTS if right.startswith(ADMIN_ALONE)}
    assert held | alone >= RIGHTS, f"say in rights.py which role has these: {sorted(RIGHTS - held - alone)}"
    assert not held & alone, f"who gives roles could give them to themselves: {sorted(held & alone)}"


def test_every_row_of_a_console_is_of_a_brand() -> None:
    """Staff of some brands see only theirs."""
    wrong = {
        name
        for name, console in consoles.items()
        if (table := console.datamodel.obj.__table__).fullname not in HOUSE_WIDE
        and "cluster" not in table.columns
        and not console.cluster_of
    }
    assert not wrong, f"name the relation that has the cluster in cluster_of: {wrong}"


def test_every_table_of_every_system_has_a_console() -> None:
    seen = {console.datamodel.obj.__table__.fullname for console in consoles.values()}
    tables = {table.fullname for table in Model.metadata.sorted_tables if table.schema in SYSTEMS}
    assert {table.split(".")[0] for table in tables} == set(SYSTEMS)
    unseen = tables - seen - SHOWN_WITHIN.keys()
    assert not unseen, f"declare a console, or say in SHOWN_WITHIN where staff see its rows: {unseen}"
    assert not SHOWN_WITHIN.keys() - (tables - seen), "SHOWN_WITHIN names what needs no exception"
