"""The verbs of FanzSocial."""

from fanzadmin.social.queries.visibility import Locked, NoSuchPost, UnknownCreator
from fanzadmin.social.service.follows import (
    end_follow,
    follow_creator,
    follow_with_subscription,
    unfollow_creator,
)
from fanzadmin.social.service.posts import change_post, moderate_post, publish_post, withdraw_post
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
from fanzadmin.social.service.writing import (
    NotPublishing,
    PostChange,
    PostIsOut,
    PostOfAsset,
    WrongAttachment,
    WrongAudience,
    WrongMoment,
    delete_post,
    edit_post,
    publish_own_post,
    publish_scheduled,
    write_post,
)

__all__ = [
    "EmptyText",
    "Locked",
    "NoSuchComment",
    "NoSuchPost",
    "NotPublishing",
    "PostChange",
    "PostIsOut",
    "PostOfAsset",
    "TextTooLong",
    "UnknownCreator",
    "WrongAttachment",
    "WrongAudience",
    "WrongMoment",
    "change_post",
    "comment_post",
    "delete_post",
    "edit_post",
    "end_follow",
    "follow_creator",
    "follow_with_subscription",
    "like_post",
    "moderate_comment",
    "moderate_post",
    "publish_own_post",
    "publish_post",
    "publish_scheduled",
    "share_post",
    "unfollow_creator",
    "unlike_post",
    "withdraw_comment",
    "withdraw_post",
    "write_post",
]
