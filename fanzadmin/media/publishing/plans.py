"""How and when an asset comes out: said with the upload or until it is published; a creator's default for both."""

from datetime import datetime

from flask_babel import gettext

from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.contracts.media import Announce
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict
from fanzadmin.media.assets.details import check_announce, check_moment
from fanzadmin.media.assets.models import Asset
from fanzadmin.media.publishing.models import PublishingDefault
from fanzadmin.media.publishing.service import publish_if_due


class AlreadyPublished(Conflict):
    title = "This asset is published already"


def default_announce(creator_id: str) -> Announce:
    """How a creator's uploads are announced where nothing is said."""
    row = session.get(PublishingDefault, creator_id)
    return Announce(row.announce) if row is not None else Announce.FEED


def set_default_announce(creator: CreatorCard, announce: str) -> Announce:
    """How this creator's next uploads are announced. Raises UploadRefused."""
    chosen = check_announce(announce)
    row = session.get(PublishingDefault, creator.id)
    if row is None:
        row = PublishingDefault(creator_id=creator.id, cluster=creator.cluster)
        session.add(row)
    row.announce, row.changed_at = chosen.value, clock.now()
    return chosen


def choose_announce(asset: Asset, announce: str) -> None:
    """How fans hear of an asset that is not published yet. Raises UploadRefused, AlreadyPublished."""
    chosen = check_announce(announce)
    if chosen != asset.announce:
        _demand_unpublished(asset)
        asset.announce = chosen.value


def schedule(asset: Asset, publish_at: datetime) -> None:
    """Publish an asset not before that moment; an earlier choice is replaced. Raises MomentRefused, AlreadyPublished."""
    if publish_at == asset.publish_at:
        return
    _demand_unpublished(asset)
    asset.publish_at = check_moment(publish_at)


def unschedule(asset: Asset) -> None:
    """Publish an asset as soon as every gate stands open: at once, if they do. Unscheduled already is no error."""
    if asset.publish_at is not None:
        asset.publish_at = None
        publish_if_due(asset)


def _demand_unpublished(asset: Asset) -> None:
    if asset.published_at is not None:
        raise AlreadyPublished(
            gettext("It is published already: how and when it comes out cannot be changed any more.")
        )
