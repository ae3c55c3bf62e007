"""The verbs of FanzSocial."""

from fanzadmin.social.queries.visibility import Locked, NoSuchPost, UnknownCreator
from fanzadmin.social.service.follows import follow_creator, follow_with_subscription, unfollow_creator
from fanzadmin.social.service.posts import (
    NotPublishing,
    moderate_post,
    publish_post,
    withdraw_post,
    write_post,
)
from fanzadmin.social.service.reactions import (
    NoSuchComment,
    comment_post,
    like_post,
    moderate_comment,
    share_post,
    unlike_post,
    withdraw_comment,
)
from fanzadmin.social.service.texts import EmptyText, TextTooLong

__all__ = [
    "EmptyText",
    "Locked",
    "NoSuchComment",
    "NoSuchPost",
    "NotPublishing",
    "TextTooLong",
    "UnknownCreator",
    "comment_post",
    "follow_creator",
    "follow_with_subscription",
    "like_post",
    "moderate_comment",
    "moderate_post",
    "publish_post",
    "share_post",
    "unfollow_creator",
    "unlike_post",
    "withdraw_comment",
    "withdraw_post",
    "write_post",
]
