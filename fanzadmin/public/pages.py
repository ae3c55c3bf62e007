"""Bio pages at `/@<handle>`: who the creator is, and everything they published, open or locked."""

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as WerkzeugResponse

from fanzadmin.biolink import queries, service
from fanzadmin.biolink.queries import BlockCard, PageCard
from fanzadmin.contracts.crm import Blocks, CreatorCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.contracts.media import Access, Opening, Remedy, Viewer
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.kernel.ports import ask
from fanzadmin.public import avatars, gate, qr
from fanzadmin.public.visitors import visit
from fanzadmin.social import queries as social
from security.asset_viewer import current_viewer
from security.identity import person

blueprint = Blueprint("bio", __name__)


@dataclass(frozen=True, slots=True)
class Listed:
    """A block; for items the asset as the viewer may see it. `price` is for people, "" for what has none of its own."""

    block: BlockCard
    opening: Opening | None
    price: str


def page_or_404(handle: str, start: int | None = None) -> PageCard:
    """A live page of a creator who is not blocked."""
    page = queries.public_page(handle, start=start)
    if page is None:
        abort(404, gettext("There is no page @%(handle)s.", handle=handle))
    fan_id = current_viewer().fan_id
    if fan_id is not None and ask(Blocks).is_blocked(page.creator_id, fan_id):
        abort(404, gettext("There is no page @%(handle)s.", handle=handle))
    return page


@blueprint.get("/@<handle>")
@gate.adults_only(lambda handle: page_or_404(handle).title)
def bio(handle: str) -> str:
    """The page itself, 48 blocks at a time."""
    start = request.args.get("start", type=int)
    page, viewer = page_or_404(handle, start), current_viewer()
    creator = ask(People).creator(page.creator_id)
    service.record_view(service.SeenPage(page.id, page.creator_id, page.cluster), visit())
    return render_template(
        "public/bio.html",
        page=page,
        sections=sections(page, viewer),
        first=start is None,
        creator=creator,
        subscription=offer(creator, viewer),
        viewer=viewer,
        follows=follows(creator, viewer),
    )


@blueprint.get("/@<handle>/qr.<any(svg, png):kind>")
def page_code(handle: str, kind: str) -> WerkzeugResponse:
    """The QR code of the page."""
    if not queries.page_exists(handle):
        abort(404, gettext("There is no page @%(handle)s.", handle=handle))
    return qr.answer(f"/@{handle.lower()}", kind=kind, title=f"@{handle.lower()}")


@blueprint.get("/@<handle>/avatar.<any(svg, png):kind>")
def avatar(handle: str, kind: str) -> WerkzeugResponse:
    """The creator's initials on a colour that follows the handle; PNG for those who show links."""
    page = page_or_404(handle)
    body, mimetype = (
        avatars.svg(page.title, page.handle) if kind == "svg" else avatars.png(page.title, page.handle)
    )
    response = Response(body, mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.add_etag()
    return response.make_conditional(request)


def sections(page: PageCard, viewer: Viewer) -> list[tuple[str, list[Listed]]]:
    """The blocks in their order, neighbours of one kind together; items that are not published are left out."""
    asset_ids = tuple(block.asset_id for block in page.blocks if block.asset_id)
    openings = ask(Access).openings(viewer, asset_ids) if asset_ids else {}
    listed = [_listed(block, openings.get(block.asset_id or "")) for block in page.blocks]
    shown = [each for each in listed if each.block.kind != "item" or each.opening is not None]
    return [(kind, list(group)) for kind, group in groupby(shown, key=lambda each: each.block.kind)]


def _listed(block: BlockCard, opening: Opening | None) -> Listed:
    if opening is None or opening.remedy is not Remedy.UNLOCK:
        return Listed(block, opening, price="")
    return Listed(block, opening, money_text(opening.card.price_minor, opening.card.currency))


def offer(creator: CreatorCard | None, viewer: Viewer) -> str:
    """What the subscribe button says: the price, "mine" for a subscriber, "" where there is nothing to offer."""
    if creator is None or not creator.is_active:
        return ""
    if viewer.fan_id is not None and ask(Entitlements).is_subscribed(viewer.fan_id, creator.id):
        return "mine"
    if viewer.fan_id is not None and viewer.fan_cluster != creator.cluster:
        return ""
    if viewer.creator_id is not None and viewer.fan_id is None:
        return ""
    return money_text(creator.subscription_minor, creator.currency)


def follows(creator: CreatorCard | None, viewer: Viewer) -> bool | None:
    """Whether the fan who looks follows the creator; None where there is no button."""
    user = person()
    if user is None or viewer.fan_id is None or creator is None or not creator.is_active:
        return None
    return social.follows(user, creator.id)
