"""Figures of posts for the boards."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text

from fanzadmin.kernel.db import session
from fanzadmin.social.models import Post, State


@dataclass(frozen=True, slots=True)
class EngagementDay:
    """What fans did on one day (UTC) in one cluster."""

    day: date
    cluster: str
    likes: int
    comments: int
    shares: int
    follows: int


@dataclass(frozen=True, slots=True)
class TopPost:
    """A post with what it got; `score` is likes + 2 x comments + 3 x shares."""

    id: str
    creator_id: str
    asset_id: str | None
    cluster: str
    title: str
    audience: str
    published_at: datetime
    likes: int
    comments: int
    shares: int
    score: int


@dataclass(frozen=True, slots=True)
class HourResponse:
    """Visible posts of one weekday (0 Monday) and hour (UTC). `response` is likes + comments + shares a post."""

    weekday: int
    hour: int
    posts: int
    response: float


def engagement_by_day(
    *, since: datetime, until: datetime, cluster: str | None = None
) -> tuple[EngagementDay, ...]:
    """Likes, comments, shares and new follows by day (UTC) and cluster, for the boards."""
    rows = session.execute(_BY_DAY, {"since": since, "until": until, "cluster": cluster})
    return tuple(
        EngagementDay(row.day, row.cluster, row.likes, row.comments, row.shares, row.follows) for row in rows
    )


def top_posts(
    *,
    since: datetime,
    until: datetime,
    cluster: str | None = None,
    creator_id: str | None = None,
    limit: int = 10,
) -> tuple[TopPost, ...]:
    """The posts published in that time which got most, by score."""
    score = (Post.likes + 2 * Post.comments + 3 * Post.shares).label("score")
    query = select(Post, score).where(
        Post.published_at >= since, Post.published_at < until, Post.state == State.VISIBLE.value
    )
    if cluster is not None:
        query = query.where(Post.cluster == cluster)
    if creator_id is not None:
        query = query.where(Post.creator_id == creator_id)
    rows = session.execute(query.order_by(score.desc(), Post.id.desc()).limit(limit))
    return tuple(_top(found, points) for found, points in rows)


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


def _top(found: Post, score: int) -> TopPost:
    return TopPost(
        id=found.id,
        creator_id=found.creator_id,
        asset_id=found.asset_id,
        cluster=found.cluster,
        title=str(found),
        audience=found.audience,
        published_at=found.published_at,
        likes=found.likes,
        comments=found.comments,
        shares=found.shares,
        score=score,
    )


_BY_DAY = text(
    """
    SELECT (at AT TIME ZONE 'UTC')::date AS day, cluster,
           count(*) FILTER (WHERE kind = 'like') AS likes,
           count(*) FILTER (WHERE kind = 'comment') AS comments,
           count(*) FILTER (WHERE kind = 'share') AS shares,
           count(*) FILTER (WHERE kind = 'follow') AS follows
      FROM (SELECT 'like' AS kind, created_at AS at, cluster FROM social.post_like
             WHERE created_at >= :since AND created_at < :until
            UNION ALL
            SELECT 'comment', created_at, cluster FROM social.comment
             WHERE created_at >= :since AND created_at < :until AND state = 'visible'
            UNION ALL
            SELECT 'share', created_at, cluster FROM social.share
             WHERE created_at >= :since AND created_at < :until
            UNION ALL
            SELECT 'follow', created_at, cluster FROM social.follow
             WHERE created_at >= :since AND created_at < :until) AS acts
     WHERE CAST(:cluster AS text) IS NULL OR cluster = :cluster
     GROUP BY 1, 2 ORDER BY 1, 2
    """
)
