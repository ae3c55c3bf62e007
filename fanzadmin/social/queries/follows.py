"""Who follows whom."""

from sqlalchemy import func, select

from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.social.models import Follow
from fanzadmin.social.queries.visibility import fan_of
from security.identity import Me


def follows(person: Me, creator_id: str) -> bool:
    """Whether this fan follows that creator. Raises NotAFan."""
    if not is_id(creator_id):
        return False
    query = select(Follow.id).where(Follow.fan_id == fan_of(person).id, Follow.creator_id == creator_id)
    return session.execute(query).first() is not None


def follower_count(creator_id: str) -> int:
    """How many fans follow a creator."""
    query = select(func.count()).select_from(Follow).where(Follow.creator_id == creator_id)
    return session.execute(query).scalar_one()
