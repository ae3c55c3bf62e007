"""The Community team's pages over FanzSocial: posts, comments, follows."""

from collections.abc import Sequence

from flask_babel import lazy_pgettext

from fanzadmin.console import Calendar, Card, Console, Datamodel, Gallery, Menu, Picture, Reason, Verb
from fanzadmin.console.rendering.cells import duration_text, link
from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.kernel.ports import ask
from fanzadmin.social import service
from fanzadmin.social.models import Comment, Follow, Like, Post, Share, State

GROUP = "FanzSocial"
GROUNDS = (
    "Spam",
    "Abuse of a person",
    "Unlawful content",
    "Breaks the rules of the house",
)  # most often stated


def pictures(posts: Sequence[Post]) -> dict[str, Picture]:
    """What a post shows, as MediaCore gives it to those who have not paid."""
    cards = ask(Assets).cards(tuple({post.asset_id for post in posts if post.asset_id}))
    return {
        post.id: _picture(cards[post.asset_id]) if post.asset_id in cards else Picture(icon="chat")
        for post in posts
    }


def _picture(card: AssetCard) -> Picture:
    length = duration_text(card.duration_ms / 1000) if card.duration_ms else ""
    icon = {"image": "image", "audio": "audio"}.get(card.kind, "video")
    return Picture(card.poster_url, card.thumbhash, icon, length)


class SocialPostConsole(Console):
    datamodel = Datamodel(Post)
    resource = "social:post"
    rest_name = "post-records"
    menu = Menu(GROUP, "Posts", "heart")
    search = ("title", "body")
    read_only = True
    list_title, show_title = "Posts", "Post"
    list_columns = [
        "published_at", "creator_id", "title", "body", "audience", "likes", "comments", "shares", "cluster", "state",
    ]  # fmt: skip
    show_columns = [
        *list_columns,
        "created_at",
        "publish_at",
        "edited_at",
        "removed_reason",
        "asset_id",
        "id",
    ]
    search_columns = [
        "title", "body", "publish_at", "creator_id", "audience", "state", "cluster", "likes", "comments", "shares", "published_at", "asset_id",
    ]  # fmt: skip
    calendar = Calendar("published_at", fields=("creator_id",))
    gallery = Gallery(pictures=pictures, badge="audience", fields=("creator_id", "published_at"))
    cards = (
        Card("Posts", since="published_at", days=7, good_when="up", icon="heart"),
        Card("Removed by moderators", q="state:any:removed", icon="ban"),
    )
    base_order = ("published_at", "desc")

    verbs = (
        Verb(
            "moderate",
            service.moderate_post,
            label="Remove",
            done="Removed",
            icon="trash",
            confirm="Remove these posts from every feed?",
            asks=Reason(shortest=4, suggestions=GROUNDS),
            when={"state": (State.VISIBLE, State.WITHDRAWN, State.SCHEDULED, State.DRAFT)},
        ),
    )


class SocialCommentConsole(Console):
    datamodel = Datamodel(Comment)
    resource = "social:comment"
    rest_name = "comment-records"
    menu = Menu(GROUP, "Comments", "chat")
    search = ("body",)
    read_only = True
    list_title, show_title = "Comments", "Comment"
    list_columns = ["created_at", "fan_id", "body", "post", "cluster", "state"]
    show_columns = [*list_columns, "removed_reason", "id"]
    search_columns = ["body", "fan_id", "post_id", "cluster", "state", "created_at"]
    cards = (
        Card("Comments", since="created_at", days=7, good_when="up", icon="chat"),
        Card("Removed by moderators", q="state:any:removed", icon="ban"),
    )
    base_order = ("created_at", "desc")
    formatters_columns = {
        "post": link("SocialPostConsole.show", pk="post_id"),
    }

    verbs = (
        Verb(
            "moderate",
            service.moderate_comment,
            label="Remove",
            done="Removed",
            icon="trash",
            confirm="Remove these comments?",
            asks=Reason(shortest=4, suggestions=GROUNDS),
            when={"state": (State.VISIBLE,)},
        ),
    )


class SocialFollowConsole(Console):
    datamodel = Datamodel(Follow)
    resource = "social:follow"
    rest_name = "follow-records"
    menu = Menu(GROUP, "Follows", "users")
    read_only = True
    list_title, show_title = "Follows", lazy_pgettext("noun", "Follow")
    list_columns = ["created_at", "fan_id", "creator_id", "cluster"]
    show_columns = [*list_columns, "id"]
    search_columns = ["fan_id", "creator_id", "cluster", "created_at"]
    base_order = ("created_at", "desc")


class SocialLikeConsole(Console):
    datamodel = Datamodel(Like)
    resource = "social:post"
    menu = Menu(GROUP, "Likes", "heart")
    read_only = True
    list_title, show_title = "Likes", "Like"
    list_columns = ["created_at", "fan_id", "post_id", "cluster"]
    show_columns = [*list_columns, "id"]
    search_columns = ["fan_id", "post_id", "cluster", "created_at"]
    base_order = ("created_at", "desc")
    formatters_columns = {
        "post_id": link("SocialPostConsole.show", pk="post_id", label="Post"),
    }


class SocialShareConsole(Console):
    datamodel = Datamodel(Share)
    resource = "social:post"
    menu = Menu(GROUP, "Shares", "share")
    read_only = True
    list_title, show_title = "Shares", "Share"
    list_columns = ["created_at", "fan_id", "post_id", "cluster"]
    show_columns = [*list_columns, "id"]
    search_columns = ["fan_id", "post_id", "cluster", "created_at"]
    base_order = ("created_at", "desc")
    formatters_columns = {
        "post_id": link("SocialPostConsole.show", pk="post_id", label="Post"),
    }
