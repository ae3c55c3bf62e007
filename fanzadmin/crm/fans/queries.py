"""Fans, read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from fanzadmin.contracts.crm import FanCard
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel.db import session

_FAN = select(Fan.id, Fan.user_id, Fan.name, Fan.cluster)


@dataclass(frozen=True, slots=True)
class NewFan:
    """A fan who has just joined."""

    id: str
    name: str
    cluster: str


def new_fan(fan_id: str) -> NewFan:
    """The answer to a sign-up. Raises sqlalchemy's NoResultFound."""
    fan = session.get_one(Fan, fan_id)
    return NewFan(fan.id, fan.name, fan.cluster)


class FanAnswers:
    """What `contracts.crm.People` asks about fans."""

    def fan(self, fan_id: str) -> FanCard | None:
        return _fan_where(Fan.id == fan_id) if fan_id else None

    def fans(self, fan_ids: tuple[str, ...]) -> dict[str, FanCard]:
        rows = session.execute(_FAN.where(Fan.id.in_(set(fan_ids) - {""})))
        return {row.id: FanCard(**row._mapping) for row in rows}

    def fan_of_user(self, user_id: int) -> FanCard | None:
        return _fan_where(Fan.user_id == user_id)


def last_seen_of(fan_ids: tuple[str, ...]) -> dict[str, datetime]:
    """When those of the fans who were ever seen were seen last."""
    query = select(Fan.id, Fan.last_seen).where(Fan.id.in_(set(fan_ids)))
    return {row.id: row.last_seen for row in session.execute(query) if row.last_seen is not None}


def _fan_where(condition: ColumnElement[bool]) -> FanCard | None:
    row = session.execute(_FAN.where(condition)).first()
    return FanCard(**row._mapping) if row else None


def names_of_fans(fan_ids: tuple[str, ...]) -> dict[str, str]:
    """What fans are called, by id; unknown ids are left out."""
    query = select(Fan.id, Fan.name).where(Fan.id.in_(set(fan_ids) - {""}))
    return {row.id: row.name for row in session.execute(query)}
