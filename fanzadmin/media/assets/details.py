"""What a creator says about an asset (title, caption, tags, price, how and when it comes out) and the rules it keeps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext

from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.contracts.media import Announce
from fanzadmin.kernel import clock
from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.media.assets.models import Audience

MAX_PRICE_MINOR = 100_000_00
FURTHEST = timedelta(days=366)
LONGEST_TITLE, LONGEST_CAPTION, MOST_TAGS, LONGEST_TAG, MOST_PERFORMERS = 200, 5_000, 30, 40, 50


class UploadRefused(Invalid):
    """Something about the request is wrong; nothing was read."""

    title = "This upload is not possible"


class PriceRefused(Invalid):
    title = "This price is not possible"


class MomentRefused(Invalid):
    title = "This moment is not possible"


def clean_title(title: str) -> str:
    """The title on one line. Raises UploadRefused."""
    title = " ".join(title.replace("\x00", "").split())
    if not title or len(title) > LONGEST_TITLE:
        raise UploadRefused(gettext("Give it a title of at most %(most)s characters.", most=LONGEST_TITLE))
    return title


def clean_caption(caption: str | None) -> str:
    """The caption, trimmed. Raises UploadRefused."""
    caption = (caption or "").strip().replace("\x00", "")
    if len(caption) > LONGEST_CAPTION:
        raise UploadRefused(gettext("The caption is longer than %(most)s characters.", most=LONGEST_CAPTION))
    return caption


def check_price(creator: CreatorCard, audience: str, price_minor: int, currency: str) -> str:
    """The currency the price is in: the cluster's. Raises PriceRefused."""
    if price_minor < 0:
        raise PriceRefused(gettext("A price cannot be below zero."))
    if currency and currency.upper() != creator.currency:
        raise PriceRefused(
            gettext(
                "Prices in %(cluster)s are in %(currency)s, not %(other)s.",
                cluster=creator.cluster_name,
                currency=creator.currency,
                other=currency.upper(),
            )
        )
    if audience == Audience.PPV and price_minor == 0:
        raise PriceRefused(gettext("Pay-per-view needs a price above zero."))
    if audience != Audience.PPV and price_minor:
        raise PriceRefused(
            gettext("Only pay-per-view has a price of its own; choose that audience or leave the price out.")
        )
    if price_minor > MAX_PRICE_MINOR:
        highest = money_text(MAX_PRICE_MINOR, creator.currency)
        raise PriceRefused(gettext("The highest price is %(price)s.", price=highest))
    return creator.currency


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Lower case, without `#`, each once. Raises UploadRefused for too many or too long ones."""
    cleaned = tuple(dict.fromkeys(tag.strip().lstrip("#").lower() for tag in tags if tag.strip().lstrip("#")))
    if len(cleaned) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in cleaned):
        raise UploadRefused(
            gettext(
                "Use at most %(tags)s tags of at most %(letters)s characters.",
                tags=MOST_TAGS,
                letters=LONGEST_TAG,
            )
        )
    return cleaned


def check_audience(audience: str) -> str:
    """Raises UploadRefused."""
    if audience not in set(Audience):
        raise UploadRefused(gettext("Choose an audience: public, subscribers or ppv."))
    return audience


def check_announce(announce: str) -> Announce:
    """Raises UploadRefused."""
    if announce not in set(Announce):
        raise UploadRefused(gettext("Choose how your fans hear of it: feed, message, both or none."))
    return Announce(announce)


def check_moment(publish_at: datetime) -> datetime:
    """A moment at which something can come out. Raises MomentRefused."""
    if publish_at.tzinfo is None:
        raise MomentRefused(gettext("Say in which time zone this moment is."))
    if publish_at <= clock.now():
        raise MomentRefused(gettext("This moment has passed; choose one in the future."))
    if publish_at > clock.now() + FURTHEST:
        raise MomentRefused(gettext("Choose a moment within a year."))
    return publish_at
