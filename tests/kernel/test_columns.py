"""The helpers that models declare their columns with."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped
from sqlalchemy.schema import CreateTable

from fanzadmin.kernel.db import NAMES, choice, created, minor_units, moment, pk, ref


class Lamp(StrEnum):
    ON = "on"
    OFF = "off"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Lit:
    lamp: Mapped[str] = choice(Lamp, 5, default=Lamp.OFF)


class Room(Lit, Base):
    __tablename__ = "room"
    id: Mapped[str] = pk()
    door: Mapped[str] = choice(Lamp, 5, checked=False)
    owner_id: Mapped[str] = ref("creator")
    rent_minor: Mapped[int] = minor_units(currency="owner.currency")
    built_at: Mapped[Any] = moment(day_only=True)
    created_at: Mapped[Any] = created(label="Opened")


def checks() -> dict[str, str]:
    return {
        str(constraint.name): str(constraint.sqltext)
        for constraint in Room.__table__.constraints
        if isinstance(constraint, CheckConstraint)
    }


class TestChoice:
    def test_the_check_constraint_is_made_of_the_enum_and_called_like_the_column(self) -> None:
        assert checks() == {"ck_room_lamp": "lamp IN ('on', 'off')"}

    def test_it_is_part_of_the_table_that_a_migration_compares(self) -> None:
        assert "CONSTRAINT ck_room_lamp CHECK (lamp IN ('on', 'off'))" in str(CreateTable(Room.__table__))

    def test_the_column_is_a_text_that_is_required(self) -> None:
        column = Room.__table__.c.lamp
        assert (str(column.type), column.nullable, column.info["choice"]) == ("VARCHAR(5)", False, Lamp)


class TestWhatAColumnSays:
    def test_a_reference_names_its_noun(self) -> None:
        assert Room.__table__.c.owner_id.info["ref"] == "creator"

    def test_an_amount_says_where_its_currency_is(self) -> None:
        assert Room.__table__.c.rent_minor.info == {"currency": "owner.currency"}

    def test_a_moment_says_its_label_and_whether_the_day_is_enough(self) -> None:
        assert Room.__table__.c.built_at.info == {"cell": "day"}
        assert Room.__table__.c.created_at.info["label"] == "Opened"
