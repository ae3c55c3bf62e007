"""Who is hidden from whom, and whom a user blocked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, or_, select

from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.crm.blocks.models import Block, BlockedBy
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.paging import KeysetQuery, Paged
from security.identity import Me


@dataclass(frozen=True, slots=True)
class BlockCard:
    """Whom the user blocked: a creator, or a fan (then without a handle)."""

    blocked_id: str
    name: str
    handle: str
    created_at: datetime


class BlockAnswers:
    """The answer to `contracts.crm.Blocks`."""

    def is_blocked(self, creator_id: str, fan_id: str) -> bool:
        if not (is_id(creator_id) and is_id(fan_id)):
            return False
        query = select(Block.id).where(Block.creator_id == creator_id, Block.fan_id == fan_id)
        return session.execute(query.limit(1)).first() is not None

    def blocked_creators(self, fan_id: str) -> frozenset[str]:
        return frozenset(session.execute(select(Block.creator_id).where(Block.fan_id == fan_id)).scalars())

    def blocked_fans(self, creator_id: str) -> frozenset[str]:
        return frozenset(
            session.execute(select(Block.fan_id).where(Block.creator_id == creator_id)).scalars()
        )


def blocks_of(person: Me, *, limit: int = 25, cursor: str | None = None) -> Paged[BlockCard]:
    """Whom the user blocked, as a fan and as a creator, the latest first. Raises BadCursor."""
    people, sides = ask(People), []
    if fan := people.fan_of_user(person.user_id):
        sides.append((Block.fan_id == fan.id) & (Block.blocked_by == BlockedBy.FAN))
    if creator := people.creator_of_user(person.user_id):
        sides.append((Block.creator_id == creator.id) & (Block.blocked_by == BlockedBy.CREATOR))
    query = select(Block).where(or_(false(), *sides))
    blocks = KeysetQuery(query, (Block.created_at, Block.id), _row).page(limit=limit, cursor=cursor)
    creators = people.creators(tuple({each.creator_id for each in blocks.items}))
    fans = people.fans(tuple({each.fan_id for each in blocks.items}))
    return Paged(tuple(_card(each, creators, fans) for each in blocks.items), blocks.next)


def _row(row: Block) -> Block:
    return row


def _card(block: Block, creators: Mapping[str, CreatorCard], fans: Mapping[str, FanCard]) -> BlockCard:
    if block.blocked_by == BlockedBy.FAN:
        creator = creators[block.creator_id]
        return BlockCard(creator.id, creator.name, creator.handle, block.created_at)
    fan = fans[block.fan_id]
    return BlockCard(fan.id, fan.name, "", block.created_at)
