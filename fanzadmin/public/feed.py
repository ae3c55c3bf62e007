"""`/feed`: what the creators whom a fan follows published, the newest first."""

from flask import Blueprint, render_template, request

from fanzadmin.biolink import queries as biolink
from fanzadmin.biolink.queries import PageCard
from fanzadmin.contracts.crm import Blocks, FanCard, People
from fanzadmin.crm.rights import FEED_HOME_USE
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.kernel.ports import ask
from fanzadmin.social import queries as social
from fanzadmin.social.queries import PostCard
from security.identity import me
from security.rbac import requires

AT_ONCE = 20
SUGGESTED = 12

blueprint = Blueprint("feed", __name__)


@blueprint.get("/feed")
@requires(FEED_HOME_USE)
def feed() -> str:
    """One page of the feed; a fan who follows no one is shown creators of the fan's brand."""
    cursor = request.args.get("cursor")
    posts = social.feed(me(), limit=AT_ONCE, cursor=cursor)
    fan = ask(People).fan_of_user(me().user_id)
    new_here = not posts.items and cursor is None and fan is not None
    return render_template(
        "public/feed.html",
        place="feed",
        posts=posts.items,
        next=posts.next,
        creators=ask(People).creators(tuple({post.creator_id for post in posts.items})),
        price=price,
        suggested=_suggested(fan) if new_here and fan else (),
    )


def _suggested(fan: FanCard) -> tuple[PageCard, ...]:
    """The newest pages of the fan's brand, without those of creators who are blocked."""
    blocked = ask(Blocks).blocked_creators(fan.id)
    pages = biolink.newest_pages(fan.cluster, limit=SUGGESTED + len(blocked))
    return tuple(page for page in pages if page.creator_id not in blocked)[:SUGGESTED]


def price(post: PostCard) -> str:
    """What a locked post costs, for people; "" for those that subscribers may see."""
    media = post.media
    return money_text(media.price_minor, media.currency) if media is not None and media.price_minor else ""
