"""The demo's blocks and reports, so that the Community team has something to decide."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert

from fanzadmin.crm.blocks.models import Block, BlockedBy
from fanzadmin.crm.reports.models import Case, CaseState, Ground, Kind, Report
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoCreator, DemoFan, World
from fanzadmin.kernel.ids import id_at

BLOCKS, CASES = 14, 12
DECISIONS = {
    CaseState.DISMISSED: "It breaks no rule of the house.",
    CaseState.HANDLED: "We spoke with the creator, who changed it.",
}
WORDS = {
    Ground.SPAM: "The same words everywhere.",
    Ground.ABUSE: "This insults me.",
    Ground.STOLEN: "This is from another page.",
    Ground.IMPERSONATION: "I know the person in the picture. It is somebody else.",
    Ground.OTHER: "",
}

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Subject:
    """Something that fans of the demo report."""

    kind: Kind
    id: str
    creator: DemoCreator
    title: str
    asset_id: str | None
    since: datetime


def seed(world: World) -> None:
    """A few blocks of either side, and cases about posts, items and pages: most open, some decided."""
    rng = world.rng("safety")
    _blocks(world, rng)
    _cases(world, rng)


def _blocks(world: World, rng: Random) -> None:
    """Between people who never had to do with each other: what they show elsewhere stays as it is."""
    pairs = {(each.creator.id, each.fan.id) for each in world.subscriptions}
    rows: list[Row] = []
    for creator, fan in zip(rng.choices(world.creators, k=400), rng.choices(world.fans, k=400), strict=True):
        if creator.cluster.key != fan.cluster.key or (creator.id, fan.id) in pairs or len(rows) == BLOCKS:
            continue
        pairs.add((creator.id, fan.id))
        began = max(creator.joined_at, fan.joined_at)
        at = began + (world.now - began) * rng.random()
        rows.append(
            {
                "id": id_at(at, rng),
                "creator_id": creator.id,
                "fan_id": fan.id,
                "blocked_by": rng.choice((BlockedBy.CREATOR, BlockedBy.FAN)).value,
                "cluster": creator.cluster.key,
                "created_at": at,
            }
        )
    if rows:
        session.execute(insert(Block), rows)


def _cases(world: World, rng: Random) -> None:
    cases: list[Row] = []
    reports: list[Row] = []
    for number, subject in enumerate(_subjects(world, rng)):
        fans = [fan for fan in world.fans if fan.cluster == subject.creator.cluster]
        reporters = rng.sample(fans, k=min(rng.choice((1, 1, 2, 3)), len(fans)))
        state = CaseState.OPEN if number % 3 else rng.choice(tuple(DECISIONS))
        opened = _opened(world, subject, rng)
        case = _case(world, subject, state, reports=len(reporters), opened=opened, rng=rng)
        cases.append(case)
        reports += [_report(case, opened, fan, rng) for fan in reporters]
    if cases:
        session.execute(insert(Case), cases)
        session.execute(insert(Report), reports)


def _subjects(world: World, rng: Random) -> list[_Subject]:
    assets = rng.sample(world.assets, k=min(CASES, len(world.assets)))
    subjects = []
    for number, asset in enumerate(assets):
        post_id = world.posts.get(asset.id)
        if number % 4 == 3:
            name = f"{asset.creator.name} (@{asset.creator.handle})"
            subjects.append(
                _Subject(Kind.CREATOR, asset.creator.id, asset.creator, name, None, asset.creator.joined_at)
            )
        elif post_id is not None and number % 2:
            subjects.append(
                _Subject(Kind.POST, post_id, asset.creator, asset.title, asset.id, asset.published_at)
            )
        else:
            subjects.append(
                _Subject(Kind.ASSET, asset.id, asset.creator, asset.title, asset.id, asset.published_at)
            )
    return list({(subject.kind, subject.id): subject for subject in subjects}.values())


def _opened(world: World, subject: _Subject, rng: Random) -> datetime:
    lately = max(subject.since, world.now - timedelta(days=14))
    return lately + (world.now - lately) * rng.random() * 0.95


def _case(
    world: World, subject: _Subject, state: CaseState, *, reports: int, opened: datetime, rng: Random
) -> Row:
    decided = None if state is CaseState.OPEN else opened + (world.now - opened) * 0.5
    why = DECISIONS.get(state, "")
    return {
        "id": id_at(opened, rng),
        "kind": subject.kind.value,
        "subject_id": subject.id,
        "cluster": subject.creator.cluster.key,
        "creator_id": subject.creator.id,
        "fan_id": None,
        "asset_id": subject.asset_id,
        "title": subject.title,
        "body": "",
        "surroundings": [],
        "reports": reports,
        "state": state.value,
        "decision": why,
        "decisions": [f"{decided:%-d %b %Y, %H:%M}, {state.value}: {why}"] if decided else [],
        "decided_at": decided,
        "decided_by": world.staff.get("community") if decided else None,
        "created_at": opened,
    }


def _report(case: Row, at: datetime, fan: DemoFan, rng: Random) -> Row:
    ground = rng.choice(tuple(WORDS))
    return {
        "id": id_at(at, rng),
        "case_id": case["id"],
        "fan_id": fan.id,
        "creator_id": None,
        "ground": ground.value,
        "words": WORDS[ground],
        "decisions_before": 0,
        "created_at": at,
    }
