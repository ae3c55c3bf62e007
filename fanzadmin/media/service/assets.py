"""Finding an asset: through its creator, or by a verb of the platform that was told its id."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.media.models import Asset


class NoSuchAsset(NotFound):
    title = "There is no such asset"


class NotACreator(NotFound):
    status = 403
    title = "Only creators have content"


def creator_of(user_id: int) -> CreatorCard:
    """The creator behind a login. Raises NotACreator."""
    creator = ask(People).creator_of_user(user_id)
    if creator is None:
        raise NotACreator(gettext("This account is not a creator's."))
    return creator


def asset_of(creator_id: str, asset_id: str) -> Asset:
    """An asset of this creator, locked. Raises NoSuchAsset, also for a neighbour's."""
    found = _locked(asset_id)
    if found is None or found.creator_id != creator_id:
        raise NoSuchAsset(gettext("There is no asset with this number among yours."))
    return found


def locked(asset_id: str) -> Asset:
    """Any asset, locked until the end of the transaction. Raises NoSuchAsset."""
    found = _locked(asset_id)
    if found is None:
        raise NoSuchAsset(gettext("There is no asset %(asset_id)s.", asset_id=asset_id))
    return found


def _locked(asset_id: str) -> Asset | None:
    if not is_id(asset_id):
        return None
    query = select(Asset).where(Asset.id == asset_id).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar()
