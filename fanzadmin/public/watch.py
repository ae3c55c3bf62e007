"""`/watch/<asset_id>`: a video, sound or picture for those who may see it; for the others what would open it."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template
from flask_babel import gettext

from fanzadmin.biolink import queries as biolink
from fanzadmin.contracts.crm import Blocks, CreatorCard, People
from fanzadmin.contracts.media import AssetCard, Assets, Viewer
from fanzadmin.kernel.errors import Forbidden, SignInNeeded
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.media import service as media
from fanzadmin.media.service import Playback
from fanzadmin.public import gate
from security.asset_viewer import current_viewer

blueprint = Blueprint("watch", __name__)


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a locked asset: `to` is sign-in, subscribe, unlock, other-brand or nothing; `price` is for people."""

    to: str
    price: str = ""


def asset_or_404(asset_id: str) -> AssetCard:
    card = ask(Assets).card(asset_id) if is_id(asset_id) else None
    viewer = current_viewer()
    if card is None or not (is_offered(card, viewer) or viewer.owns(card.creator_id, card.cluster)):
        abort(404, gettext("This is not there, or not any more."))
    return card


def is_offered(card: AssetCard, viewer: Viewer) -> bool:
    """Whether the viewer is offered the asset now: it is published, its creator may act, and neither blocked the other."""
    if viewer.fan_id is not None and ask(Blocks).is_blocked(card.creator_id, viewer.fan_id):
        return False
    return card.published_at is not None and bool(ask(People).active_among((card.creator_id,)))


@blueprint.get("/watch/<asset_id>")
@gate.adults_only(lambda asset_id: _creator_name(asset_or_404(asset_id)))
def watch(asset_id: str) -> str:
    """The player, or the lock."""
    card, viewer = asset_or_404(asset_id), current_viewer()
    creator, link = ask(People).creator(card.creator_id), biolink.link_of_asset(card.id)
    playback = _playback(card, viewer)
    return render_template(
        "public/watch.html",
        place="",
        card=card,
        creator=creator,
        playback=playback,
        pictures=_pictures(playback),
        key=None if playback else _key(card, creator, viewer),
        viewer=viewer,
        share_path=link.link_path if link else f"/watch/{card.id}",
    )


def _playback(card: AssetCard, viewer: Viewer) -> Playback | None:
    """MediaCore decides; None for whom it is locked."""
    try:
        return media.grant_playback(card.id, viewer)
    except (SignInNeeded, Forbidden):
        return None


def _key(card: AssetCard, creator: CreatorCard | None, viewer: Viewer) -> Key:
    if creator is None or not creator.is_active:
        return Key("nothing")
    unlocks = card.audience == "ppv"
    amount, currency = (
        (card.price_minor, card.currency) if unlocks else (creator.subscription_minor, creator.currency)
    )
    price = money_text(amount, currency)
    if viewer.fan_id is None:
        return Key("sign-in" if viewer.user_id is None else "nothing", price)
    if viewer.fan_cluster != card.cluster:
        return Key("other-brand", price)
    return Key("unlock" if unlocks else "subscribe", price)


def _pictures(playback: Playback | None) -> dict[str, str]:
    """`srcset` by format, for the picture or the poster."""
    sets: dict[str, list[str]] = {}
    for picture in sorted(playback.pictures, key=lambda picture: picture.width) if playback else ():
        sets.setdefault(picture.format, []).append(f"{picture.url} {picture.width}w")
    return {kind: ", ".join(parts) for kind, parts in sets.items()}


def _creator_name(card: AssetCard) -> str:
    """The gate names the creator, not the work: titles are content."""
    creator = ask(People).creator(card.creator_id)
    return creator.name if creator else "FANZ"
