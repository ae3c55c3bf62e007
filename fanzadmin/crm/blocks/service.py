"""Blocks: a fan hides a creator, or a creator a fan; both are gone for each other at once."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.crm import Blocked, People, Unblocked
from fanzadmin.crm.blocks.models import Block, BlockedBy
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask
from security.identity import Me


class NotBlockable(NotFound):
    title = "There is nobody to block"


@dataclass(frozen=True, slots=True)
class _Pair:
    creator_id: str
    fan_id: str
    blocked_by: BlockedBy
    cluster: str


def block(person: Me, blocked_id: str) -> None:
    """Hide the user and a creator (for a fan) or a fan (for a creator) from each other; twice is once. Raises NotBlockable."""
    pair = _pair(person, blocked_id)
    row = insert(Block).values(
        id=new_id(),
        creator_id=pair.creator_id,
        fan_id=pair.fan_id,
        blocked_by=pair.blocked_by.value,
        cluster=pair.cluster,
        created_at=clock.now(),
    )
    if session.execute(row.on_conflict_do_nothing().returning(Block.id)).scalar() is not None:
        record(
            Blocked(
                cluster=pair.cluster,
                creator_id=pair.creator_id,
                fan_id=pair.fan_id,
                blocked_by=pair.blocked_by.value,
            )
        )


def unblock(person: Me, blocked_id: str) -> None:
    """Lift the user's own block; the other side's stays, and none is no error. Raises NotBlockable."""
    pair = _pair(person, blocked_id)
    lifted = delete(Block).where(
        Block.creator_id == pair.creator_id,
        Block.fan_id == pair.fan_id,
        Block.blocked_by == pair.blocked_by.value,
    )
    if session.execute(lifted.returning(Block.id)).scalar() is not None:
        record(
            Unblocked(
                cluster=pair.cluster,
                creator_id=pair.creator_id,
                fan_id=pair.fan_id,
                blocked_by=pair.blocked_by.value,
            )
        )


def _pair(person: Me, blocked_id: str) -> _Pair:
    """A fan blocks creators, a creator fans. Raises NotBlockable."""
    people = ask(People)
    if is_id(blocked_id):
        fan, creator = people.fan_of_user(person.user_id), people.creator(blocked_id)
        if fan is not None and creator is not None:
            return _Pair(creator.id, fan.id, BlockedBy.FAN, creator.cluster)
        own, other = people.creator_of_user(person.user_id), people.fan(blocked_id)
        if own is not None and other is not None:
            return _Pair(own.id, other.id, BlockedBy.CREATOR, own.cluster)
    raise NotBlockable(gettext("There is nobody of this id whom you could block."))
