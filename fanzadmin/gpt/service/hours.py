"""The hour by the creator's clock: when the creator's posts did best, pulled to the cluster's hours where there are few."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, tzinfo

from fanzadmin.gpt.models import Kind
from fanzadmin.gpt.service.past import Advice, Past, Withheld, confidence, lifts, more, shrunk
from fanzadmin.kernel.i18n.reasons import reason_code

NEEDED_OWN, NEEDED_CLUSTER = 8, 60
ENOUGH_OWN, ENOUGH_CLUSTER = 3, 10  # posts without which an hour is not compared
STRENGTH = 5.0  # posts that the prior is worth
STANDS_OUT = 1.1


def suggest_hour(own: Sequence[Past], cluster: Sequence[Past], *, zone: tzinfo = UTC) -> Advice | Withheld:
    """The hour (0 to 23, by the clock of `zone`, summer time as it was) after which posts got the most response. `cluster` does not
    hold the own ones."""
    if len(own) < NEEDED_OWN and len(cluster) < NEEDED_CLUSTER:
        return Withheld(
            Kind.HOUR,
            reason_code("gpt.few_posts", posts=len(own), needed=NEEDED_OWN),
            {"own_posts": len(own), "cluster_posts": len(cluster)},
        )
    own_by_hour, cluster_by_hour = _by_hour(own, zone), _by_hour(cluster, zone)
    expected = {
        hour: shrunk(
            own_by_hour[hour], shrunk(cluster_by_hour[hour], 1.0, strength=STRENGTH), strength=STRENGTH
        )
        for hour in range(24)
        if len(own_by_hour[hour]) >= ENOUGH_OWN or len(cluster_by_hour[hour]) >= ENOUGH_CLUSTER
    }
    if not expected:
        return Withheld(Kind.HOUR, reason_code("gpt.scattered_hours"))
    best = max(expected, key=lambda hour: (expected[hour], -hour))
    mine, theirs = len(own_by_hour[best]), len(cluster_by_hour[best])
    evidence: dict[str, object] = {
        "hours": {f"{hour:02}": round(value, 2) for hour, value in sorted(expected.items())},
        "own_posts": len(own),
        "own_posts_at_hour": mine,
        "cluster_posts_at_hour": theirs,
        "best_weekday": _best_weekday(own, zone),
        "time_zone": str(zone),
    }
    if expected[best] < STANDS_OUT:
        return Withheld(Kind.HOUR, reason_code("gpt.no_hour_stands_out"), evidence)
    reason = reason_code(
        "gpt.best_hour",
        hour=f"{best:02}",
        zone=zone,
        percent=more(expected[best]),
        own=mine,
        others=theirs,
    )
    score = confidence(mine, half_at=4) * 0.7 + confidence(theirs, half_at=40) * 0.3
    return Advice(Kind.HOUR, best, reason, round(score, 3), evidence)


def _by_hour(assets: Sequence[Past], zone: tzinfo) -> defaultdict[int, list[float]]:
    lift_of = lifts(assets)
    by_hour: defaultdict[int, list[float]] = defaultdict(list)
    for asset in assets:
        by_hour[asset.published_at.astimezone(zone).hour].append(lift_of[asset.asset_id])
    return by_hour


def _best_weekday(own: Sequence[Past], zone: tzinfo) -> int | None:
    """The weekday (0 is Monday) that did best, pulled to the average; None while there are too few posts to say."""
    if len(own) < NEEDED_OWN:
        return None
    lift_of = lifts(own)
    by_weekday: defaultdict[int, list[float]] = defaultdict(list)
    for asset in own:
        by_weekday[asset.published_at.astimezone(zone).weekday()].append(lift_of[asset.asset_id])
    return max(by_weekday, key=lambda day: (shrunk(by_weekday[day], 1.0, strength=STRENGTH), -day))
