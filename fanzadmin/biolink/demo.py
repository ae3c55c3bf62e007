"""BioLinkHub's part of the demo: a page per creator, a link per asset and a few more, a year of views and clicks."""

import io
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from sqlalchemy import insert

from fanzadmin.biolink.pages.links import ALPHABET, SLUG_LENGTH
from fanzadmin.biolink.pages.models import Block, BlockKind, LinkState, Page, PageState, ShortLink
from fanzadmin.biolink.pages.service import THEMES
from fanzadmin.contracts.crm import People
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoCreator, World
from fanzadmin.kernel.ports import ask

CLICKS, VIEWS = 80_000, 40_000  # times World.scale
YEAR = timedelta(days=365)
ACTIVE = "active"
BOT_SHARE = 0.11
BOTS = Counter(
    {"search-engine": 34, "social-preview": 41, "program": 9, "ai-crawler": 8, "seo": 5, "no-user-agent": 3}
)
DEVICES = Counter(phone=71, desktop=22, tablet=6, other=1)
REFERRERS = Counter(
    {"instagram.com": 27, "": 26, "x.com": 16, "reddit.com": 12, "t.me": 9, "tiktok.com": 7, "google.com": 3}
)
COUNTRIES = {
    "USD": Counter(US=66, CA=11, MX=6, BR=6, GB=5, AU=4, DE=2),
    "EUR": Counter(DE=34, FR=21, ES=12, IT=10, NL=9, AT=7, PL=5, US=2),
    "GBP": Counter(GB=71, IE=9, AU=8, US=7, ZA=5),
}
HOURS = Counter(
    {
        hour: 2 + (hour in range(7, 10)) * 2 + (hour in range(17, 24)) * 6 + (hour == 0) * 4
        for hour in range(24)
    }
)
OWN_BLOCKS = (
    (BlockKind.LINK, "My newsletter", "https://newsletter.example.com/{handle}"),
    (BlockKind.LINK, "Prints and posters", "https://shop.example.org/{handle}"),
    (BlockKind.TEXT, "New sets every Friday evening. I answer every message myself.", ""),
    (BlockKind.HEADING, "Everything so far", ""),
)
ABOUTS = (
    "Photos and films made slowly, with people I like.",
    "Dance, light, and a lot of coffee.",
    "Costumes by hand, stories by heart.",
    "Early mornings, long roads, good music.",
)


@dataclass(frozen=True, slots=True)
class Followed:
    """What can be visited: a link, or a page when `link` is False. `weight` says how often it is."""

    id: str
    creator: DemoCreator
    since: datetime
    weight: float
    asset_id: str = ""


def seed(world: World) -> None:
    """Needs `world.creators` and `world.assets`. Tallies each creator's clicks by day."""
    rng = world.rng("biolink")
    pages, links = _pages_and_links(world, rng)
    clicks = list(_visits(world, rng, links, CLICKS * world.scale))
    people = _copy("click", "link_id", clicks, rng)
    for link, at in people:
        world.tally(link.creator.id, at, clicks=1)
        if link.asset_id:
            world.tally(link.asset_id, at, clicks=1)
    _count(Counter(link.id for link, _ in people))
    _copy("view", "page_id", _visits(world, rng, pages, VIEWS * world.scale), rng)


def _pages_and_links(world: World, rng: Random) -> tuple[list[Followed], list[Followed]]:
    pages: dict[str, Followed] = {}
    page_rows, link_rows, block_rows, links = [], [], [], []
    creators = ask(People).creators(tuple(creator.id for creator in world.creators))
    for creator in world.creators:
        page = Followed(_id(rng, creator.joined_at), creator, creator.joined_at, rng.paretovariate(1.3))
        pages[creator.id] = page
        live = creator.id not in creators or creators[creator.id].state == ACTIVE
        page_rows.append(_page_row(page, rng, PageState.LIVE if live else PageState.HIDDEN))
        for place, (kind, title, url) in enumerate(
            OWN_BLOCKS[rng.randrange(len(OWN_BLOCKS)) :], start=-len(OWN_BLOCKS)
        ):
            target = url.format(handle=creator.handle)
            follow = None
            if url:
                follow = Followed(_id(rng, creator.joined_at), creator, creator.joined_at, page.weight)
                links.append(follow)
                link_rows.append(_link_row(follow, rng, title=title, target=target))
            block_rows.append(
                _block_row(page, rng, place=place, kind=kind, title=title, url=target, link=follow)
            )
    for place, asset in enumerate(sorted(world.assets, key=lambda asset: asset.published_at, reverse=True)):
        page = pages[asset.creator.id]
        follow = Followed(
            _id(rng, asset.published_at),
            asset.creator,
            asset.published_at,
            page.weight * rng.paretovariate(1.6),
            asset.id,
        )
        links.append(follow)
        link_rows.append(
            _link_row(follow, rng, title=asset.title, target=f"/watch/{asset.id}", asset_id=asset.id)
        )
        block_rows.append(
            _block_row(
                page, rng, place=place, kind=BlockKind.ITEM, title=asset.title, asset_id=asset.id, link=follow
            )
        )
    for table, rows in ((Page, page_rows), (ShortLink, link_rows), (Block, block_rows)):
        if rows:
            session.execute(insert(table), rows)
    return list(pages.values()), links


def _page_row(page: Followed, rng: Random, state: PageState) -> dict[str, object]:
    return {
        "id": page.id,
        "creator_id": page.creator.id,
        "handle": page.creator.handle.lower(),
        "cluster": page.creator.cluster.key,
        "title": page.creator.name[:80],
        "about": rng.choice(ABOUTS),
        "theme": rng.choice(THEMES),
        "state": state,
        "created_at": page.since,
    }


def _link_row(
    link: Followed, rng: Random, *, title: str, target: str, asset_id: str | None = None
) -> dict[str, object]:
    return {
        "id": link.id,
        "slug": "".join(rng.choices(ALPHABET, k=SLUG_LENGTH)),
        "target": target,
        "title": title[:120],
        "creator_id": link.creator.id,
        "cluster": link.creator.cluster.key,
        "asset_id": asset_id,
        "clicks": 0,
        "state": LinkState.ACTIVE,
        "created_at": link.since,
    }


def _block_row(
    page: Followed,
    rng: Random,
    *,
    place: int,
    kind: str,
    title: str,
    url: str = "",
    asset_id: str | None = None,
    link: Followed | None = None,
) -> dict[str, object]:
    since = link.since if link else page.since
    return {
        "id": _id(rng, since),
        "page_id": page.id,
        "position": place,
        "kind": kind,
        "title": title,
        "url": url,
        "asset_id": asset_id,
        "link_id": link.id if link else None,
        "visible": True,
        "created_at": since,
    }


def _visits(
    world: World, rng: Random, things: list[Followed], count: int
) -> Iterator[tuple[Followed, datetime]]:
    """Most people come soon after a thing appears; the audience grows over the year."""
    if not things:
        return
    begin = world.now - YEAR
    ages = [max((world.now - max(thing.since, begin)).total_seconds(), 3600.0) for thing in things]
    weights = list(accumulate(thing.weight * age**0.5 for thing, age in zip(things, ages, strict=True)))
    hours, hour_weights = list(HOURS), list(accumulate(HOURS.values()))
    for _ in range(count):
        place = bisect(weights, rng.random() * weights[-1])
        at = max(things[place].since, begin) + timedelta(seconds=ages[place] * rng.random() ** 1.4)
        hour = hours[bisect(hour_weights, rng.random() * hour_weights[-1])]
        shifted = at.replace(hour=hour)
        yield things[place], shifted if things[place].since <= shifted < world.now else at


def _copy(
    table: str, column: str, visits: Iterable[tuple[Followed, datetime]], rng: Random
) -> list[tuple[Followed, datetime]]:
    """Stream the rows by COPY (80,000 in a second). Returns those visits that were people's."""
    lines, people = io.StringIO(), []
    bot_of, device_of, referrer_of = _drawer(BOTS), _drawer(DEVICES), _drawer(REFERRERS)
    country_of = {currency: _drawer(counter) for currency, counter in COUNTRIES.items()}
    for thing, at in visits:
        cluster = thing.creator.cluster
        bot = bot_of(rng) if rng.random() < BOT_SHARE else ""
        row = (
            _id(rng, at), thing.id, thing.creator.id, cluster.key, at.isoformat(),
            country_of.get(cluster.currency, country_of["USD"])(rng),
            "other" if bot else device_of(rng), "" if bot else referrer_of(rng),
            "t" if bot else "f", bot, "t" if rng.random() < 0.86 else "f", f"\\\\x{rng.getrandbits(128):032x}",
        )  # fmt: skip
        lines.write("\t".join(row) + "\n")
        if not bot:
            people.append((thing, at))
    lines.seek(0)
    columns = f"id, {column}, creator_id, cluster, at, country, device, referrer, is_bot, bot_reason, is_unique, visitor"
    cursor: Any = session.connection().connection.cursor()  # psycopg2's own, which has copy_expert
    cursor.copy_expert(f"COPY biolink.{table} ({columns}) FROM STDIN", lines)
    cursor.close()
    return people


def _count(people: Counter[str]) -> None:
    rows = [{"id": link_id, "clicks": clicks} for link_id, clicks in people.items()]
    if rows:
        session.bulk_update_mappings(ShortLink.__mapper__, rows)


def _drawer(counter: Counter[str]) -> Callable[[Random], str]:
    """A quick weighted choice."""
    names, weights = list(counter), list(accumulate(counter.values()))
    return lambda rng: names[bisect(weights, rng.random() * weights[-1])]


def _id(rng: Random, at: datetime) -> str:
    """A UUIDv7 of that moment, the same for the same generator."""
    milliseconds = int(at.timestamp() * 1000)
    number = milliseconds << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
