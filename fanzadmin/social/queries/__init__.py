"""What may be read of posts and of what fans do with them."""

from fanzadmin.social.queries.boards import (
    HourResponse,
    response_by_hour,
)
from fanzadmin.social.queries.comments import CommentCard, comments_of
from fanzadmin.social.queries.follows import followed_among, follows
from fanzadmin.social.queries.own import OwnPost, own_post, own_posts, own_posts_by_state
from fanzadmin.social.queries.posts import Media, PostCard, feed, post, posts_of

__all__ = [
    "CommentCard",
    "HourResponse",
    "Media",
    "OwnPost",
    "PostCard",
    "comments_of",
    "feed",
    "followed_among",
    "follows",
    "own_post",
    "own_posts",
    "own_posts_by_state",
    "post",
    "posts_of",
    "response_by_hour",
]
