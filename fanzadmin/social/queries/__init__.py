"""What may be read of posts and of what fans do with them."""

from fanzadmin.social.queries.boards import (
    EngagementDay,
    HourResponse,
    TopPost,
    engagement_by_day,
    response_by_hour,
    top_posts,
)
from fanzadmin.social.queries.comments import CommentCard, CommentsPage, comments_of
from fanzadmin.social.queries.follows import follower_count, follows
from fanzadmin.social.queries.posts import Media, PostCard, PostsPage, feed, post, posts_of

__all__ = [
    "CommentCard",
    "CommentsPage",
    "EngagementDay",
    "HourResponse",
    "Media",
    "PostCard",
    "PostsPage",
    "TopPost",
    "comments_of",
    "engagement_by_day",
    "feed",
    "follower_count",
    "follows",
    "post",
    "posts_of",
    "response_by_hour",
    "top_posts",
]
