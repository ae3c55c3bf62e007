"""Posts: what the creator wrote, drafts and scheduled ones too; the page that writes and edits one."""

from datetime import datetime
from typing import NamedTuple

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, SelectMultipleField, StringField, TextAreaField

from fanzadmin.contracts.media import Assets
from fanzadmin.kernel.errors import BusinessError, Invalid
from fanzadmin.kernel.ports import ask
from fanzadmin.media import queries as media
from fanzadmin.portal.frame import Page, blame, blueprint, creator, done, refused, show
from fanzadmin.portal.moments import NotAMoment, moment_of
from fanzadmin.social import queries, service
from fanzadmin.social.queries import OwnPost
from fanzadmin.social.rights import SOCIAL_OWN_USE
from security.identity import me
from security.rbac import requires

GROUPS = {
    "all": (_("All"), None),
    "published": (_("Published"), "visible"),
    "scheduled": (_("Scheduled"), "scheduled"),
    "drafts": (_("Drafts"), "draft"),
}
OFFERED_ASSETS = 24  # the latest, to choose attachments from


class Typed(NamedTuple):
    """What was typed as the moment, and what is wrong with it."""

    text: str = ""
    problem: str = ""


class PostForm(Form):
    """A written post."""

    body = TextAreaField(_("Text"), description=_("At most 5,000 characters."))
    audience = StringField(_("Who sees it"))
    asset_ids = SelectMultipleField(_("Content"), validate_choice=False)


@blueprint.get("/posts")
@requires(SOCIAL_OWN_USE)
def posts() -> str:
    """The posts of one group of states, the latest first."""
    own, group = creator(), request.args.get("show", "all")
    group = group if group in GROUPS else "all"
    counts = queries.own_posts_by_state(own.id)
    page = queries.own_posts(own.id, state=GROUPS[group][1], cursor=request.args.get("cursor"))
    return show(
        "posts",
        "posts",
        group=group,
        groups=[
            (key, label, counts.get(state, 0) if state else sum(counts.values()))
            for key, (label, state) in GROUPS.items()
        ],
        posts=page,
        cards=ask(Assets).cards(tuple({key for post in page.items for key in _assets_of(post)})),
    )


@blueprint.get("/posts/new")
@requires(SOCIAL_OWN_USE)
def new_post() -> str:
    """Write a post."""
    return _page(PostForm(data={"audience": "public", "asset_ids": request.args.getlist("asset")}))


@blueprint.post("/posts/new")
@requires(SOCIAL_OWN_USE)
def write_post() -> Page:
    """Publish it, now or at its moment, or keep it as a draft."""
    form, is_draft = PostForm(request.form), "draft" in request.form
    try:
        publish_at = None if is_draft else _typed_moment()
        service.write_post(
            me(),
            body=form.body.data or "",
            audience=form.audience.data or "",
            asset_ids=form.asset_ids.data or (),
            publish_at=publish_at,
            is_draft=is_draft,
        )
    except (NotAMoment, Invalid) as error:
        return _refused_page(form, error)
    except service.NotPublishing as error:
        return refused(error, "posts")
    if is_draft:
        return done(gettext("Kept as a draft."), "posts", show="drafts")
    return done(gettext("Scheduled.") if publish_at else gettext("Published."), "posts")


@blueprint.get("/posts/<post_id>")
@requires(SOCIAL_OWN_USE)
def post(post_id: str) -> str:
    """Edit a post that the creator wrote."""
    own_post = queries.own_post(creator().id, post_id)
    words = {"body": own_post.body, "audience": own_post.audience, "asset_ids": list(own_post.asset_ids)}
    return _page(PostForm(data=words), own_post)


@blueprint.post("/posts/<post_id>")
@requires(SOCIAL_OWN_USE)
def edit_post(post_id: str) -> Page:
    """Save it; a draft or a scheduled one can be published, scheduled or put back, too."""
    form, own_post = PostForm(request.form), queries.own_post(creator().id, post_id)
    is_out = own_post.state == "visible"
    try:
        publish_at = None if is_out or "publish" in request.form else _typed_moment()
        change = service.PostChange(
            body=form.body.data or "",
            audience=form.audience.data or "",
            asset_ids=form.asset_ids.data or (),
            publish_at=publish_at,
            is_draft=not is_out and publish_at is None,
        )
        service.edit_post(me(), post_id, change)
        if "publish" in request.form:
            service.publish_own_post(me(), post_id)
    except (NotAMoment, Invalid) as error:
        return _refused_page(form, error, own_post)
    except BusinessError as error:
        return refused(error, "posts")
    return done(gettext("Published.") if "publish" in request.form else gettext("Saved."), "posts")


@blueprint.post("/posts/<post_id>/delete")
@requires(SOCIAL_OWN_USE)
def delete_post(post_id: str) -> Page:
    """Take it from every reader for good."""
    service.delete_post(me(), post_id)
    return done(gettext("Deleted. No one can read it any more."), "posts")


def _assets_of(post: OwnPost) -> tuple[str, ...]:
    return (*post.asset_ids, post.asset_id) if post.asset_id else post.asset_ids


def _typed_moment() -> datetime | None:
    return moment_of(request.form.get("publish_at", ""), request.form.get("time_zone", ""))


def _refused_page(form: PostForm, error: Exception, own_post: OwnPost | None = None) -> Page:
    """The form with the sentence beside the field that it is about."""
    typed = Typed(request.form.get("publish_at", ""))
    if isinstance(error, (NotAMoment, service.WrongMoment)):
        typed = Typed(typed.text, str(error))
    else:
        fields: dict[type[Exception], str] = {
            service.WrongAttachment: "asset_ids",
            service.WrongAudience: "audience",
        }
        field = fields.get(type(error), "body")
        blame(form, field, str(error))
    return _page(form, own_post, typed), 422


def _page(form: PostForm, own_post: OwnPost | None = None, typed: Typed | None = None) -> str:
    own = creator()
    chosen = ask(Assets).cards(tuple(form.asset_ids.data or ()))
    latest = media.own_assets(own.id, states=("published", "scheduled", "ready"), limit=OFFERED_ASSETS).items
    own_cards = [card for card in chosen.values() if card.creator_id == own.id]
    chosen_ids = {card.id for card in own_cards}
    return show(
        "post",
        "posts",
        form=form,
        post=own_post,
        typed=typed or Typed(),
        assets=[*own_cards, *(asset for asset in latest if asset.id not in chosen_ids)],
        chosen=chosen_ids,
    )
