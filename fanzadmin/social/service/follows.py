"""Follows: which creators' posts stand in a fan's feed."""

from flask_babel import gettext
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.crm import Blocks, People
from fanzadmin.contracts.social import CreatorFollowed, CreatorUnfollowed
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.social.models import Follow
from fanzadmin.social.queries.visibility import UnknownCreator
from security.identity import Me, fan_of


def follow_creator(person: Me, creator_id: str) -> None:
    """Put a creator into the user's feed; twice is once. Raises NoFanAccount, UnknownCreator."""
    fan = fan_of(person)
    creator = ask(People).creator(creator_id) if is_id(creator_id) else None
    if creator is None or not creator.is_active or ask(Blocks).is_blocked(creator.id, fan.id):
        raise UnknownCreator(gettext("There is no such creator to follow."))
    _follow(fan.id, creator.id, cluster=creator.cluster)


def follow_with_subscription(fan_id: str, creator_id: str, *, cluster: str) -> None:
    """A subscriber follows without being asked."""
    _follow(fan_id, creator_id, cluster=cluster)


def unfollow_creator(person: Me, creator_id: str) -> None:
    """Take a creator out of the user's feed; not following is no error. Raises NoFanAccount, UnknownCreator."""
    fan = fan_of(person)
    if not is_id(creator_id):
        raise UnknownCreator(gettext("There is no such creator."))
    end_follow(fan.id, creator_id)


def end_follow(fan_id: str, creator_id: str) -> None:
    """A follow is over, by the fan's will or by a block; none is no error."""
    deleted = delete(Follow).where(Follow.fan_id == fan_id, Follow.creator_id == creator_id)
    cluster = session.execute(deleted.returning(Follow.cluster)).scalar()
    if cluster is not None:
        record(CreatorUnfollowed(cluster=cluster, creator_id=creator_id, fan_id=fan_id))


def _follow(fan_id: str, creator_id: str, *, cluster: str) -> None:
    values = {"id": new_id(), "fan_id": fan_id, "creator_id": creator_id, "cluster": cluster}
    inserted = insert(Follow).values(**values, created_at=clock.now()).on_conflict_do_nothing()
    if session.execute(inserted.returning(Follow.id)).scalar() is not None:
        record(CreatorFollowed(cluster=cluster, creator_id=creator_id, fan_id=fan_id))
