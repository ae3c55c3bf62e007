"""Changing an asset after the upload. What fans bought stays theirs, whatever it costs or whoever sees it from now on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.kernel.errors import Forbidden, Invalid
from fanzadmin.media.assets.details import (
    check_audience,
    check_price,
    clean_caption,
    clean_tags,
    clean_title,
)
from fanzadmin.media.assets.models import Asset, Audience
from fanzadmin.media.assets.service import Terms, notify_owner, record_change, terms_of
from fanzadmin.media.publishing.plans import choose_announce, schedule, unschedule
from fanzadmin.media.publishing.service import AlreadyWithdrawn


class NotChangeable(Forbidden):
    title = "You cannot change this now"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What shall be otherwise; None leaves it. A price in minor units, for `ppv` alone: another audience drops it. `is_unscheduled`
    gives a planned moment up."""

    title: str | None = None
    caption: str | None = None
    tags: Iterable[str] | None = None
    audience: str | None = None
    price_minor: int | None = None
    announce: str | None = None
    publish_at: datetime | None = None
    is_unscheduled: bool = False


def change_asset(creator: CreatorCard, asset: Asset, change: Change) -> None:
    """Change an own asset, all of it or nothing.

    Raises NotChangeable, AlreadyWithdrawn, UploadRefused, PriceRefused, MomentRefused, AlreadyPublished.
    """
    if not creator.is_active:
        raise NotChangeable(gettext("Your account is not active: you cannot change this at the moment."))
    if asset.withdrawn_at is not None:
        raise AlreadyWithdrawn(gettext("This asset is withdrawn; nothing of it can be changed any more."))
    former = terms_of(asset)
    terms = _changed_terms(creator, asset, change)
    asset.title, asset.caption, asset.tags = terms.title, terms.caption, list(terms.tags)
    asset.audience, asset.price_minor = terms.audience, terms.price_minor
    if change.announce is not None:
        choose_announce(asset, change.announce)
    if change.publish_at is not None:
        schedule(asset, change.publish_at)
    record_change(asset, former=former)
    if change.is_unscheduled:
        unschedule(asset)
    notify_owner(asset)


def problems_of(creator: CreatorCard, asset: Asset, change: Change) -> dict[str, str]:
    """What is wrong with the words, tags and price of a change, a sentence for each part; empty when they can be taken."""
    parts = {
        "title": Change(title=change.title),
        "caption": Change(caption=change.caption),
        "tags": Change(tags=change.tags),
        "price": Change(audience=change.audience, price_minor=change.price_minor),
    }
    problems = {}
    for name, part in parts.items():
        try:
            _changed_terms(creator, asset, part)
        except Invalid as problem:
            problems[name] = problem.detail
    return problems


def _changed_terms(creator: CreatorCard, asset: Asset, change: Change) -> Terms:
    """The terms with the change. Raises UploadRefused, PriceRefused."""
    audience = asset.audience if change.audience is None else check_audience(change.audience)
    price_minor = _price(asset, change, audience)
    check_price(creator, audience, price_minor, "")
    return Terms(
        title=asset.title if change.title is None else clean_title(change.title),
        caption=asset.caption if change.caption is None else clean_caption(change.caption),
        tags=tuple(asset.tags) if change.tags is None else clean_tags(change.tags),
        audience=audience,
        price_minor=price_minor,
    )


def _price(asset: Asset, change: Change, audience: str) -> int:
    if change.price_minor is not None:
        return change.price_minor
    return asset.price_minor if audience == Audience.PPV else 0
