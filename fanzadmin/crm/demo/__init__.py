"""The demo's creators and fans, with logins, notes and the year's figures."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import bindparam, insert, update

from fanzadmin.crm.creators.models import Creator, CreatorNumbers, CreatorState, Tier
from fanzadmin.crm.demo import safety, words
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.notes.models import Note
from fanzadmin.crm.service import restate
from fanzadmin.crm.timeline.models import Kind, Subject
from fanzadmin.crm.timeline.service import entry_row, insert_entries
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoAsset, DemoCluster, DemoCreator, DemoFan, DemoSubscription, World
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.stored_messages import stored_message
from fanzadmin.kernel.ids import new_id
from security.demo import Login, add_logins

CREATORS, APPLICANTS, FANS = 60, 4, 3000  # times World.scale
YEAR = timedelta(days=365)
SHARES = (0.5, 0.3, 0.2)  # of the clusters, in their order
PRICES = (499, 699, 799, 999, 999, 1199, 1499, 1999, 2499)
COUNTRIES = {
    "USD": "US US US US CA MX BR AU".split(),
    "EUR": "DE DE FR FR ES IT NL AT PL SE".split(),
    "GBP": "GB GB GB GB IE AU ZA".split(),
}


def seed(world: World) -> None:
    """Fill `world.creators` and `world.fans`. The first creator signs in as `mia`, the first fan as `fan1`."""
    rng = world.rng("crm")
    _creators(world, rng)
    _applicants(world, rng)
    _fans(world, rng)
    _notes(world, rng)


def count(world: World) -> None:
    """Write the creators' figures and fans' spending from `world.tallies`, once every system has seeded its year."""
    for subscription in world.subscriptions:
        world.tally(subscription.creator.id, subscription.started_at, started=1, subscribers=1)
        if subscription.ended_at is not None:
            world.tally(subscription.creator.id, subscription.ended_at, ended=1, subscribers=-1)
    for asset in world.assets:
        world.tally(asset.creator.id, asset.published_at, published=1)
    restate(world.tallies)
    _last_seen(world)
    _timelines(world)
    safety.seed(world)


def _last_seen(world: World) -> None:
    """No fan is last seen before the last thing that the fan did."""
    fan = Fan.__table__
    change = (
        update(fan)
        .where(fan.c.id == bindparam("fan"), fan.c.last_seen < bindparam("at"))
        .values(last_seen=bindparam("at"))
    )
    rows = [{"fan": fan_id, "at": at} for fan_id, at in world.last_done.items()]
    if rows:
        session.connection().execute(change, rows)


def _creators(world: World, rng: Random) -> None:
    people = list(_people(rng, CREATORS * world.scale))
    people[0] = ("Mia", "Stone", "mia")
    logins = [Login(handle, first, last) for first, last, handle in people]
    user_ids = add_logins(logins, "Creator", created_at=world.now - YEAR)
    managers = [world.staff.get("crm"), world.staff.get("manager")]
    rows = []
    for at, ((first, last, handle), login) in enumerate(zip(people, logins, strict=True)):
        cluster = world.clusters[0] if at == 0 else _cluster(world, rng)
        joined_at = world.now - YEAR + YEAR * (rng.random() ** 2 * 0.85 if at else 0)
        creator = DemoCreator(
            new_id(),
            user_ids[at],
            handle,
            f"{first} {last}",
            cluster,
            joined_at,
            999 if at == 0 else rng.choice(PRICES),
        )
        world.creators.append(creator)
        is_suspended = at % 30 == 29
        rows.append(
            {
                **_creator_row(creator, login, words.about(rng, first)),
                "state": CreatorState.SUSPENDED if is_suspended else CreatorState.ACTIVE,
                "state_reason": "Identity record expired; renewal asked for." if is_suspended else "",
                "tier": Tier.STAR if at % 7 == 0 else rng.choice((Tier.STARTER, Tier.RISING, Tier.RISING)),
                "manager_user_id": managers[at % len(managers)],
            }
        )
    session.execute(insert(Creator), rows)
    session.execute(
        insert(CreatorNumbers),
        [
            {"creator_id": creator.id, "cluster": creator.cluster.key, "updated_at": world.now}
            for creator in world.creators
        ],
    )


def _applicants(world: World, rng: Random) -> None:
    """People who asked to join in the last days; they have no login yet and publish nothing."""
    handles = {creator.handle for creator in world.creators}
    rows = []
    for at, (first, last, handle) in enumerate(_people(rng, APPLICANTS * world.scale, handles)):
        cluster = _cluster(world, rng)
        asked_at = world.now - timedelta(hours=rng.randint(3, 240))
        creator = DemoCreator(new_id(), 0, handle, f"{first} {last}", cluster, asked_at, rng.choice(PRICES))
        row = _creator_row(creator, Login(handle, first, last), words.about(rng, first))
        state = CreatorState.ONBOARDING if at % 2 else CreatorState.APPLIED
        rows.append(row | {"user_id": None, "joined_at": None, "state": state})
    session.execute(insert(Creator), rows)


def _creator_row(creator: DemoCreator, login: Login, about: str) -> dict[str, object]:
    return {
        "id": creator.id,
        "user_id": creator.user_id,
        "cluster": creator.cluster.key,
        "handle": creator.handle,
        "name": creator.name,
        "legal_name": f"{login.first_name} {login.last_name}",
        "email": login.email,
        "about": about,
        "subscription_minor": creator.price_minor,
        "joined_at": creator.joined_at,
        "created_at": creator.joined_at - timedelta(days=6),
        "tier": Tier.STARTER,
    }


def _fans(world: World, rng: Random) -> None:
    size = FANS * world.scale
    names = [(rng.choice(words.FIRST_NAMES), rng.choice(words.LAST_NAMES)) for _ in range(size)]
    logins = [Login(f"fan{at + 1}", first, last) for at, (first, last) in enumerate(names)]
    user_ids = add_logins(logins, "Fan", created_at=world.now - YEAR)
    rows = []
    for at, (first, last) in enumerate(names):
        cluster = world.clusters[0] if at == 0 else _cluster(world, rng)
        joined_at = world.now - YEAR + YEAR * (rng.random() ** 0.75 * 0.995 if at else 0.02)
        fan = DemoFan(new_id(), user_ids[at], f"{first} {last[0]}.", cluster, joined_at)
        world.fans.append(fan)
        rows.append(
            {
                "id": fan.id,
                "user_id": fan.user_id,
                "cluster": cluster.key,
                "name": fan.name,
                "email": logins[at].email,
                "country": rng.choice(COUNTRIES.get(cluster.currency, ["US"])),
                "last_seen": _between(rng, max(joined_at, world.now - timedelta(days=60)), world.now),
                "tags": sorted(rng.sample(words.FAN_TAGS, rng.choice((0, 0, 0, 1, 1, 2)))),
                "joined_at": joined_at,
                "created_at": joined_at,
            }
        )
    session.execute(insert(Fan), rows)


def _notes(world: World, rng: Random) -> None:
    author_id = world.staff.get("crm")
    rows = []
    people: list[DemoCreator | DemoFan] = [*world.creators, *world.fans]
    for person in people:
        is_creator = isinstance(person, DemoCreator)
        if rng.random() > (0.6 if is_creator else 0.02):
            continue
        rows.append(
            {
                "id": new_id(),
                "cluster": person.cluster.key,
                "creator_id": person.id if is_creator else None,
                "fan_id": None if is_creator else person.id,
                "body": rng.choice(words.CREATOR_NOTES if is_creator else words.FAN_NOTES),
                "author_user_id": author_id,
                "author": "Carmen Ruiz",
                "pinned": rng.random() < 0.15,
                "created_at": _between(rng, person.joined_at, world.now),
            }
        )
    session.execute(insert(Note), rows)


def _timelines(world: World) -> None:
    """The entries of the year: joining, publishing, subscribing. The demo's past has no facts, so they have no trace."""
    rows = [_joined(creator) for creator in world.creators]
    rows += [_published(asset) for asset in world.assets]
    for subscription in world.subscriptions:
        rows += _subscribed(subscription)
    insert_entries(rows)


def _joined(creator: DemoCreator) -> dict[str, object]:
    message = stored_message(N_("%(name)s joined %(brand)s."), name=creator.name, brand=creator.cluster.name)
    return entry_row(
        Subject.CREATOR, creator.id, Kind.JOINED, message, cluster=creator.cluster.key, at=creator.joined_at
    )


def _published(asset: DemoAsset) -> dict[str, object]:
    return entry_row(
        Subject.CREATOR,
        asset.creator.id,
        "published",
        stored_message(N_("“%(title)s” was published."), title=asset.title),
        cluster=asset.creator.cluster.key,
        at=asset.published_at,
        link=f"asset/{asset.id}",
    )


def _subscribed(subscription: DemoSubscription) -> list[dict[str, object]]:
    """An entry in the creator's timeline and one in the fan's."""
    creator, fan, at = subscription.creator, subscription.fan, subscription.started_at
    for_creator = stored_message(N_("%(fan)s subscribed."), fan=fan.name)
    for_fan = stored_message(N_("%(fan)s subscribed to %(creator)s."), fan=fan.name, creator=creator.name)
    return [
        entry_row(
            Subject.CREATOR, creator.id, "subscribed", for_creator, cluster=creator.cluster.key, at=at, link=f"fan/{fan.id}",
        ),
        entry_row(
            Subject.FAN, fan.id, "subscribed", for_fan, cluster=fan.cluster.key, at=at, link=f"creator/{creator.id}",
        ),
    ]  # fmt: skip


def _people(rng: Random, size: int, handles: set[str] | None = None) -> Iterator[tuple[str, str, str]]:
    """First name, last name and a handle that is free."""
    handles = {"mia", *(handles or ())}
    for _ in range(size):
        first, last = rng.choice(words.CREATOR_FIRST_NAMES), rng.choice(words.STAGE_LAST_NAMES)
        handle = words.handle(rng, first, last)
        while handle in handles:
            handle = f"{words.handle(rng, first, last)}{rng.randint(2, 999)}"
        handles.add(handle)
        yield first, last, handle


def _cluster(world: World, rng: Random) -> DemoCluster:
    return rng.choices(world.clusters, SHARES[: len(world.clusters)])[0]


def _between(rng: Random, start: datetime, end: datetime) -> datetime:
    return start + (end - start) * rng.random()
