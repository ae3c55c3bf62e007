"""The Community team's pages over FanzSocial: posts, comments, follows."""

from collections.abc import Sequence

from flask import redirect, url_for
from flask_babel import lazy_pgettext

from fanzadmin.console import Calendar, Card, Console, Datamodel, Gallery, Menu, Picture, action
from fanzadmin.console.rendering.cells import badge, duration_text, link, when
from fanzadmin.console.rendering.references import named
from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.kernel.ports import ask
from fanzadmin.social import service
from fanzadmin.social.models import Comment, Follow, Like, Post, Share
from security.rbac import Right

GROUP = "FanzSocial"


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
    menu = Menu(GROUP, "Posts", "heart")
    search = ("title", "body")
    read_only = True
    list_title, show_title = "Posts", "Post"
    list_columns = [
        "published_at", "creator_id", "title", "body", "audience", "likes", "comments", "shares", "cluster", "state",
    ]  # fmt: skip
    show_columns = [*list_columns, "removed_reason", "asset_id", "id"]
    search_columns = [
        "title", "body", "creator_id", "audience", "state", "cluster", "likes", "comments", "shares", "published_at", "asset_id",
    ]  # fmt: skip
    label_columns = {
        "published_at": "Published",
        "creator_id": "Creator",
        "body": "Words",
        "asset_id": "Asset",
        "removed_reason": "Gone, because",
    }
    calendar = Calendar("published_at", fields=("creator_id",))
    gallery = Gallery(pictures=pictures, badge="audience", fields=("creator_id", "published_at"))
    cards = (
        Card("Posts", since="published_at", days=7, good_when="up", icon="heart"),
        Card("Removed by moderators", q="state:any:removed", icon="ban"),
    )
    base_order = ("published_at", "desc")
    formatters_columns = {
        "published_at": when(),
        "creator_id": named("creator"),
        "audience": badge({"public": "good", "subscribers": "info", "ppv": "accent"}),
        "state": badge({"visible": "good"}),
        "asset_id": named("asset"),
    }

    def _abilities(self):
        return (super()._abilities() - set(self.actions)) | {"moderate"}

    def get_action_permission_name(self, _name):
        return Right.SOCIAL_POST_MODERATE.permission[0]

    @action("spam", "Remove: spam", "Remove these posts from every feed as spam?", "trash")
    def spam(self, items):
        return self._remove(items, "Spam")

    @action("unlawful", "Remove: unlawful", "Remove these posts from every feed as unlawful?", "trash")
    def unlawful(self, items):
        return self._remove(items, "Unlawful content")

    @action("rules", "Remove: house rules", "Remove these posts because they break the rules?", "trash")
    def rules(self, items):
        return self._remove(items, "Breaks the rules of the house")

    def _remove(self, items, reason):
        self.act(items, lambda item: service.moderate_post(item.id, reason=reason), "Removed")
        return redirect(url_for("SocialPostConsole.list"))


class SocialCommentConsole(Console):
    datamodel = Datamodel(Comment)
    resource = "social:comment"
    menu = Menu(GROUP, "Comments", "chat")
    search = ("body",)
    read_only = True
    list_title, show_title = "Comments", "Comment"
    list_columns = ["created_at", "fan_id", "body", "post", "cluster", "state"]
    show_columns = [*list_columns, "removed_reason", "id"]
    search_columns = ["body", "fan_id", "post_id", "cluster", "state", "created_at"]
    label_columns = {
        "created_at": "Said",
        "fan_id": "Fan",
        "body": "Words",
        "removed_reason": "Gone, because",
    }
    cards = (
        Card("Comments", since="created_at", days=7, good_when="up", icon="chat"),
        Card("Removed by moderators", q="state:any:removed", icon="ban"),
    )
    base_order = ("created_at", "desc")
    formatters_columns = {
        "created_at": when(),
        "fan_id": named("fan"),
        "post": link("SocialPostConsole.show", pk="post_id"),
        "state": badge({"visible": "good"}),
    }

    def _abilities(self):
        return (super()._abilities() - set(self.actions)) | {"moderate"}

    def get_action_permission_name(self, _name):
        return Right.SOCIAL_COMMENT_MODERATE.permission[0]

    @action("spam", "Remove: spam", "Remove these comments as spam?", "trash")
    def spam(self, items):
        return self._remove(items, "Spam")

    @action("abuse", "Remove: abuse", "Remove these comments as abuse of a person?", "trash")
    def abuse(self, items):
        return self._remove(items, "Abuse of a person")

    @action("unlawful", "Remove: unlawful", "Remove these comments as unlawful?", "trash")
    def unlawful(self, items):
        return self._remove(items, "Unlawful content")

    def _remove(self, items, reason):
        self.act(items, lambda item: service.moderate_comment(item.id, reason=reason), "Removed")
        return redirect(url_for("SocialCommentConsole.list"))


class SocialFollowConsole(Console):
    datamodel = Datamodel(Follow)
    resource = "social:follow"
    menu = Menu(GROUP, "Follows", "users")
    read_only = True
    list_title, show_title = "Follows", lazy_pgettext("noun", "Follow")
    list_columns = ["created_at", "fan_id", "creator_id", "cluster"]
    show_columns = [*list_columns, "id"]
    search_columns = ["fan_id", "creator_id", "cluster", "created_at"]
    label_columns = {"created_at": "Since", "fan_id": "Fan", "creator_id": "Creator"}
    base_order = ("created_at", "desc")
    formatters_columns = {"created_at": when(), "fan_id": named("fan"), "creator_id": named("creator")}


class SocialLikeConsole(Console):
    datamodel = Datamodel(Like)
    resource = "social:post"
    menu = Menu(GROUP, "Likes", "heart")
    read_only = True
    list_title, show_title = "Likes", "Like"
    list_columns = ["created_at", "fan_id", "post_id", "cluster"]
    show_columns = [*list_columns, "id"]
    search_columns = ["fan_id", "post_id", "cluster", "created_at"]
    label_columns = {"created_at": "Liked", "fan_id": "Fan", "post_id": "Post"}
    base_order = ("created_at", "desc")
    formatters_columns = {
        "created_at": when(),
        "fan_id": named("fan"),
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
    label_columns = {"created_at": "Shared", "fan_id": "Fan", "post_id": "Post"}
    base_order = ("created_at", "desc")
    formatters_columns = {
        "created_at": when(),
        "fan_id": named("fan"),
        "post_id": link("SocialPostConsole.show", pk="post_id", label="Post"),
    }
