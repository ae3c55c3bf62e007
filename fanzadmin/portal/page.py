"""Page: the creator's public page, its blocks, its short links and QR code."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from fanzadmin.biolink import queries as biolink
from fanzadmin.biolink import service
from fanzadmin.biolink.queries import BlockCard, PageCard
from fanzadmin.biolink.rights import BIOLINK_OWN_USE
from fanzadmin.biolink.service import (
    THEMES,
    Draft,
    ExpiryRefused,
    PageRefused,
    SlugRefused,
    SlugTaken,
    TargetRefused,
)
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.portal.figures import Trend
from fanzadmin.portal.frame import Page, blame, blueprint, creator, done, show
from security.identity import me
from security.rbac import requires

OWN_KINDS = ("link", "heading", "text")
LONGEST = {"link": 80, "heading": 80, "text": 1000}
DAYS = 30
COLOURS = {
    "plum": _("Plum"),
    "ocean": _("Ocean"),
    "forest": _("Forest"),
    "amber": _("Amber"),
    "graphite": _("Graphite"),
}


class PageForm(Form):
    """The head of the page."""

    title = StringField(_("Name on the page"))
    about = TextAreaField(
        _("About you"), description=_("A few lines below your name. At most 1,000 characters.")
    )
    theme = RadioField(_("Colours"), choices=[SelectChoice(theme, COLOURS[theme]) for theme in THEMES])


class LinkForm(Form):
    """A short link of the creator's own."""

    target = StringField(
        _("Leads to"),
        description=_("Another site, one of your own pages, or mailto:, tel: or sms: with an address."),
    )
    title = StringField(_("For you to know it by"))
    slug = StringField(_("Short name"), description=_("Leave it empty and we draw one that nobody guesses."))


@dataclass(frozen=True, slots=True)
class Row:
    """A block as it stands in the form; `key` is its id, or `new-…` for one that is not stored yet."""

    key: str
    kind: str
    title: str = ""
    url: str = ""
    visible: bool = True
    clicks: int = 0
    error: str = ""
    url_error: str = ""

    @property
    def draft(self) -> Draft:
        stored = is_id(self.key)
        return Draft(
            id=self.key if stored else "",
            kind="" if stored else self.kind,
            title=self.title,
            url=self.url,
            visible=self.visible,
        )


@blueprint.get("/page")
@requires(BIOLINK_OWN_USE)
def page() -> str:
    """The editor."""
    own = biolink.own_page(creator().id)
    data = {"title": own.title, "about": own.about, "theme": own.theme} if own else {}
    return _page(PageForm(data=data), LinkForm())


@blueprint.post("/page")
@requires(BIOLINK_OWN_USE)
def change_page() -> Page:
    """Save the page; the buttons that move, add and remove a block only show the form again, changed."""
    own, form = biolink.required_own_page(creator().id), PageForm(request.form)
    rows = _rows_of(request.form, {block.id: block for block in own.blocks})
    if moved := _rearranged(rows, request.form.get("do", "")):
        return _page(form, LinkForm(), rows=moved)
    urls = {block.id: block.url for block in own.blocks}
    rows = [_checked(row, own.creator_id, url=urls.get(row.key)) for row in rows]
    _change_head(own.creator_id, form)
    if form.errors or any(row.error or row.url_error for row in rows):
        return _page(form, LinkForm(), rows=rows), 422
    try:
        service.change_page(own.creator_id, blocks=[row.draft for row in rows])
    except (PageRefused, TargetRefused) as error:
        return _page(form, LinkForm(), rows=rows, problem=error.detail), 422
    return done(gettext("Saved. Your page shows it now."), "page")


@blueprint.post("/page/links")
@requires(BIOLINK_OWN_USE)
def make_link() -> Page:
    """Make a short link."""
    form = LinkForm(request.form)
    try:
        link = service.create_link(
            creator().id,
            target=form.target.data or "",
            title=form.title.data or "",
            slug=form.slug.data or "",
            created_by=me().user_id,
        )
    except TargetRefused as error:
        blame(form, "target", error.detail)
    except (SlugTaken, SlugRefused, ExpiryRefused) as error:
        blame(form, "slug", error.detail)
    else:
        return done(gettext("%(link)s works from now on.", link=f"/l/{link.slug}"), "page", anchor="links")
    own = biolink.own_page(creator().id)
    data = {"title": own.title, "about": own.about, "theme": own.theme} if own else {}
    return _page(PageForm(data=data), form), 422


@blueprint.post("/page/links/<link_id>/end")
@requires(BIOLINK_OWN_USE)
def end_link(link_id: str) -> Page:
    """End a short link for good. A neighbour's is not found."""
    if not is_id(link_id):
        raise service.NoSuchLink(gettext("You have no such link."))
    service.retire_link(service.own_link(creator().id, link_id))
    return done(gettext("The link has ended. Its clicks stay counted."), "page", anchor="links")


def _page(form: PageForm, link_form: LinkForm, *, rows: list[Row] | None = None, problem: str = "") -> str:
    own = biolink.own_page(creator().id)
    scope = biolink.last_days(DAYS, creator_id=creator().id)
    views = biolink.views_by_day(scope)
    return show(
        "page",
        "page",
        page=own,
        form=form,
        rows=rows if rows is not None else _stored(own),
        problem=problem,
        link_form=link_form,
        links=biolink.links_of(creator().id),
        numbers=biolink.page_numbers(creator().id, days=DAYS),
        views=Trend(sum(day.people for day in views), None, tuple(day.people for day in views)),
        countries=biolink.clicks_by(biolink.Dimension.COUNTRY, scope, limit=5),
        referrers=biolink.clicks_by(biolink.Dimension.REFERRER, scope, limit=5),
    )


def _change_head(creator_id: str, form: PageForm) -> None:
    """Field by field, so that each refusal stands beside its own."""
    changes: dict[str, Callable[[str], None]] = {
        "title": lambda words: service.change_page(creator_id, title=words),
        "about": lambda words: service.change_page(creator_id, about=words),
        "theme": lambda words: service.change_page(creator_id, theme=words),
    }
    for field, change in changes.items():
        try:
            change(form[field].data or "")
        except PageRefused as error:
            blame(form, field, error.detail)


def _stored(own: PageCard | None) -> list[Row]:
    return [_row(block) for block in own.blocks] if own else []


def _row(block: BlockCard) -> Row:
    return Row(block.id, block.kind, block.title, block.url, block.visible, block.clicks)


def _rows_of(sent: MultiDict[str, str], own_blocks: dict[str, BlockCard]) -> list[Row]:
    """The rows in the order in which they were sent. A block that is not on this page is left out."""
    rows = []
    for key in dict.fromkeys(sent.getlist("row")):
        block = own_blocks.get(key)
        kind = block.kind if block else sent.get(f"kind:{key}", "")
        if block is None and (is_id(key) or kind not in OWN_KINDS):
            continue
        base = _row(block) if block else Row(key, kind)
        visible = f"visible:{key}" in sent
        title = sent.get(f"title:{key}", base.title) if kind in OWN_KINDS else base.title
        rows.append(replace(base, title=title, url=sent.get(f"url:{key}", base.url), visible=visible))
    return rows


def _rearranged(rows: list[Row], command: str) -> list[Row]:
    """The rows after a press of `up:<key>`, `down:<key>`, `drop:<key>` or `add:<kind>`; empty for anything else."""
    verb, _, key = command.partition(":")
    if verb == "add" and key in OWN_KINDS:
        return [Row(f"new-{new_id()}", key), *rows]
    at = next((index for index, row in enumerate(rows) if row.key == key), None)
    if at is None or verb not in {"up", "down", "drop"}:
        return []
    rest = rows[:at] + rows[at + 1 :]
    if verb == "drop":
        return rest if rows[at].kind in OWN_KINDS else []
    rest.insert(max(at - 1, 0) if verb == "up" else at + 1, rows[at])
    return rest


def _checked(row: Row, creator_id: str, *, url: str | None) -> Row:
    """`row` with what is wrong with it beside it; `url` is the stored address, None for a new row."""
    if row.kind not in OWN_KINDS:
        return row
    most, words = LONGEST[row.kind], row.title.strip()
    error = "" if 1 <= len(words) <= most else gettext("Give it 1 to %(most)s characters.", most=most)
    url_error = ""
    try:
        if row.kind == "link" and row.url != url:
            service.checked_target_of(creator_id, row.url)
    except TargetRefused as refusal:
        url_error = refusal.detail
    return replace(row, error=error, url_error=url_error)
