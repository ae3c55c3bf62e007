"""Figures of posts for the boards."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from fanzadmin.kernel.db import session
from fanzadmin.social.models import Post, State


@dataclass(frozen=True, slots=True)
class HourResponse:
    """Visible posts of one weekday (0 Monday) and hour (UTC). `response` is likes + comments + shares a post."""

    weekday: int
    hour: int
    posts: int
    response: float


def response_by_hour(since: datetime, *, clusters: frozenset[str] | None = None) -> tuple[HourResponse, ...]:
    """What posts got by the weekday and hour they came out, from `since` on; hours without posts are left out."""
    at = func.timezone("UTC", Post.published_at)
    weekday, hour = func.extract("isodow", at) - 1, func.extract("hour", at)
    query = (
        select(weekday, hour, func.count(), func.avg(Post.likes + Post.comments + Post.shares))
        .where(Post.published_at >= since, Post.state == State.VISIBLE.value)
        .group_by(weekday, hour)
    )
    if clusters is not None:
        query = query.where(Post.cluster.in_(clusters))
    rows = session.execute(query)
    return tuple(HourResponse(int(row[0]), int(row[1]), int(row[2]), float(row[3])) for row in rows)
