"""Response schemas that are made from frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

import pytest
from marshmallow import fields as f

from fanzadmin.kernel.web.schemas import page_of, schema_of


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    children: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that is sold."""

    id: str
    price_minor: int
    currency: str
    colour: Colour
    made_at: datetime
    best_before: date | None
    share: float
    is_new: bool
    note: Annotated[str, "what its maker says"]
    tags: list[str]
    parts: tuple[Part, ...]
    twin: Part | None
    totals: Mapping[str, int]
    extra: Any = None
    data: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thought:
    it: complex


THING = Thing(
    id="1", price_minor=1499, currency="USD", colour=Colour.BLUE, made_at=datetime(2026, 11, 30, tzinfo=UTC),
    best_before=None, share=0.5, is_new=True, note="", tags=["a"], parts=(Part("x", (Part("y"),)),), twin=None,
    totals={"sold": 3}, extra=[1], data={"k": None},
)  # fmt: skip


class TestSchemaOf:
    def test_every_field_is_answered_in_its_form(self) -> None:
        assert schema_of(Thing)().dump(THING) == {
            "id": "1", "price_minor": 1499, "currency": "USD", "colour": "blue", "made_at": "2026-11-30T00:00:00+00:00",
            "best_before": None, "share": 0.5, "is_new": True, "note": "", "tags": ["a"],
            "parts": [{"name": "x", "children": [{"name": "y", "children": []}]}], "twin": None, "totals": {"sold": 3},
            "extra": [1], "data": {"k": None},
        }  # fmt: skip

    def test_types_become_fields(self) -> None:
        fields = schema_of(Thing)().fields
        kinds = {name: type(member) for name, member in fields.items()}
        assert kinds["made_at"] is f.DateTime
        assert kinds["best_before"] is f.Date
        assert kinds["parts"] is f.List
        assert (fields["best_before"].allow_none, fields["id"].allow_none) == (True, False)
        assert fields["colour"].metadata["enum"] == ["red", "blue"]

    def test_docstring_annotation_and_convention_are_the_descriptions(self) -> None:
        schema = schema_of(Thing)
        assert schema.__doc__ == "A thing that is sold."
        assert schema().fields["note"].metadata["description"] == "what its maker says"
        assert schema().fields["price_minor"].metadata["description"] == "minor units of `currency`"
        assert schema().fields["currency"].metadata["description"] == "ISO 4217"

    def test_a_dataclass_without_a_docstring_has_no_description(self) -> None:
        assert schema_of(Part).__doc__ == ""

    def test_the_component_carries_the_system_and_is_made_once(self) -> None:
        assert schema_of(Thing).__name__ == "TestsThingSchema"
        assert schema_of(Thing) is schema_of(Thing)

    def test_a_page_has_items_and_a_cursor(self) -> None:
        assert page_of(Thing)().dump({"items": [THING], "next": None})["items"][0]["id"] == "1"
        assert page_of(Thing).__name__ == "TestsThingPageSchema"

    def test_what_json_has_no_word_for_is_refused(self) -> None:
        with pytest.raises(TypeError, match="no form in JSON"):
            schema_of(Thought)

    def test_what_is_no_dataclass_is_refused(self) -> None:
        with pytest.raises(TypeError, match="frozen dataclass"):
            schema_of(Colour)

    def test_two_shapes_of_one_name_in_a_system_are_refused(self) -> None:
        schema_of(Part)
        with pytest.raises(TypeError, match="rename one"):
            schema_of(
                dataclass(frozen=True)(type("Part", (), {"__annotations__": {}, "__module__": __name__}))
            )
