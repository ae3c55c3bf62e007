"""Every fact that a system declares for timelines is counted and recorded as declared, whatever its fields hold."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fanzadmin.contracts.biolink import ItemListed
from fanzadmin.contracts.media import AssetPublished, AssetWithdrawn
from fanzadmin.contracts.timeline import By, Entry, kinds_that, text_of, timeline, timelines, tones
from fanzadmin.crm import queries
from fanzadmin.crm.creators.figures import BY_DAY, IN_ALL
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.timeline.models import TimelineEntry
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.bus.facts import consumers, facts
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id
from tests.architecture.source import in_system, modules

Hear = Callable[[Fact], None]
Heard = Callable[[Fact], Counter[str]]
Drawn = Callable[[str, Any], Fact]
UNKNOWN = new_id()
WORDS = {
    "purpose": ("unlock", "tip", "subscription"),
    "audience": ("public", "subscribers", "ppv", "friends"),
    "sender": ("fan", "creator", "platform"),
    "currency": ("USD", "EUR"),
    "cluster": ("velvet",),
}
TEXTS = ("", "It says why.", "100 %(fan)s", "tags")
FACTS = sorted(timelines)


def instances(fact_class: type[Fact], creator: Creator, fan: Fan) -> st.SearchStrategy[Any]:
    """Facts of a class, about this creator and fan or about unknown ones."""
    ids = {"creator_id": (creator.id,), "fan_id": (fan.id, UNKNOWN), "asset_id": (UNKNOWN, "")}
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for field in fields(fact_class):
        if field.type is int:
            parts[field.name] = st.integers(0, 10**9)
        elif field.type is str:
            parts[field.name] = st.sampled_from(ids.get(field.name) or WORDS.get(field.name) or TEXTS)
        else:
            parts[field.name] = st.lists(st.sampled_from(TEXTS[1:]), max_size=2).map(tuple)
    return st.builds(fact_class, **parts)


def figures(creator_id: str) -> Counter[str]:
    numbers = queries.numbers_of(creator_id)
    return Counter({name: getattr(numbers, name) for name in IN_ALL})


@pytest.fixture
def drawn(creator: Creator, fan: Fan) -> Drawn:
    def draw(name: str, data: Any) -> Fact:
        fact: Fact = data.draw(instances(facts[name], creator, fan))
        return fact

    return draw


@pytest.fixture
def heard(creator: Creator, hear: Hear) -> Heard:
    """`heard(fact)`: by how much the creator's figures changed when CreatorCRM heard it."""

    def deliver(fact: Fact) -> Counter[str]:
        before = figures(creator.id)
        hear(fact)
        after = figures(creator.id)
        after.subtract(before)
        return after

    return deliver


class TestEveryFact:
    @pytest.mark.parametrize("name", FACTS)
    @settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_is_counted_and_recorded_as_declared(
        self, heard: Heard, drawn: Drawn, name: str, data: Any
    ) -> None:
        declared, fact = timelines[name], drawn(name, data)
        session.query(TimelineEntry).delete()
        counted = heard(fact)
        rows = session.execute(select(TimelineEntry)).scalars().all()
        expected = Counter({key: value for key, value in declared.counts(fact).items() if key in IN_ALL})
        if declared.opens:  # nothing was open: the entries before are gone
            expected[declared.opens] += 1
        assert {key: value for key, value in counted.items() if value} == {
            key: value for key, value in expected.items() if value
        }
        assert sorted((row.kind, row.link) for row in rows) == sorted(
            (entry.kind_of(fact), entry.link_of(fact)) for entry in declared.entries()
        )
        for row in rows:
            assert row.english
            assert row.message["message"] in {m for entry in declared.entries() for m in entry.messages()}
            assert not re.search(r"%\(\w+\)s", row.english.replace("100 %(fan)s", ""))

    @pytest.mark.parametrize("name", FACTS)
    def test_counts_figures_that_exist_and_is_heard_by_crm(self, name: str) -> None:
        declared = timelines[name]
        assert name in consumers()["crm"]
        assert {declared.opens, declared.closes} - {""} <= IN_ALL | BY_DAY
        assert "creator_id" in {field.name for field in fields(facts[name])}
        if declared.fan:
            assert "fan_id" in {field.name for field in fields(facts[name])}


class TestDeclaring:
    @pytest.fixture(autouse=True)
    def _as_before(self) -> Iterator[None]:
        before = dict(timelines)
        yield
        timelines.clear()
        timelines.update(before)

    def test_a_message_that_its_fact_cannot_fill_is_refused(self) -> None:
        for message in ("%(price)s", "%(link)s", "%(album)s"):
            with pytest.raises(ValueError, match="name it in values"):
                timeline(ItemListed, creator=Entry("listed", message, about="asset_id"))

    def test_each_case_of_a_choice_is_checked(self) -> None:
        choice = By("page_path", {"": "%(nobody)s"}, other="%(asset)s")
        with pytest.raises(ValueError, match="nobody"):
            timeline(ItemListed, creator=Entry("listed", choice, about="asset_id"))

    def test_a_placeholder_that_is_called_otherwise_is_named(self) -> None:
        timeline(
            ItemListed,
            creator=Entry("listed", "Find it at %(where)s", about="asset_id", values={"where": "page_path"}),
        )
        declared = timelines[ItemListed.type].creator
        assert declared is not None
        assert declared.fields_of(ItemListed, "Find it at %(where)s") == {"where": "page_path"}

    def test_what_opens_and_closes_a_figure_is_known_by_its_kinds(self) -> None:
        assert kinds_that(opens="published") == {"published"}
        assert kinds_that(closes="published") == {"withdrawn"}
        assert kinds_that(opens="likes") == frozenset()

    def test_every_kind_has_a_tone(self) -> None:
        assert tones()["published"] == "good"
        assert set(tones().values()) <= {"", "good", "info", "warn", "bad"}

    def test_a_text_ends_without_space(self) -> None:
        asset_withdrawn = AssetWithdrawn(
            cluster="velvet", asset_id="a", creator_id="c", reason="Asked for. \n"
        )
        assert text_of(asset_withdrawn, "reason") == "Asked for."


class TestCrm:
    def test_names_no_fact_of_another_system(self) -> None:
        """A new fact of any system changes no file of CreatorCRM."""
        classes = {cls.__name__ for name, cls in facts.items() if not name.startswith("crm.")}
        assert AssetPublished.__name__ in classes
        named = {
            f"{module.name}: {alias.name}"
            for module in modules()
            if in_system(module) == "crm"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fanzadmin.contracts.")
            for alias in node.names
            if alias.name in classes
        }
        assert not named, f"declare it beside the fact, with fanzadmin.contracts.timeline: {named}"
