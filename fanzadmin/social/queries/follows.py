"""Who follows whom."""

from sqlalchemy import select

from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.social.models import Follow
from security.identity import Me, fan_of


def follows(person: Me, creator_id: str) -> bool:
    """Whether this fan follows that creator. Raises NoFanAccount."""
    if not is_id(creator_id):
        return False
    query = select(Follow.id).where(Follow.fan_id == fan_of(person).id, Follow.creator_id == creator_id)
    return session.execute(query).first() is not None


def followed_among(person: Me, creator_ids: tuple[str, ...]) -> frozenset[str]:
    """Those of the creators whom this fan follows. Raises NoFanAccount."""
    query = select(Follow.creator_id).where(
        Follow.fan_id == fan_of(person).id, Follow.creator_id.in_(creator_ids)
    )
    return frozenset(session.execute(query).scalars())
