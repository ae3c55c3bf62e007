"""A list as pictures: `gallery = Gallery(pictures=queries.pictures, badge="state", fields=("cluster",))`.

A page of the table drawn differently: the same order, pages, chosen rows and actions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import lazy_gettext as _

from fanzadmin.console.contract import Arguments
from fanzadmin.console.data.shapes import Label, Record
from fanzadmin.console.rendering.cells import draw
from fanzadmin.console.views.mixin import View, Views, tile_columns, tiler


@dataclass(frozen=True, slots=True)
class Picture:
    """A record's picture: a signed address, a ThumbHash in base64 for the time until it is there, an icon of the
    sprite where there is neither, and a word in its corner such as its length."""

    url: str = ""
    thumbhash: str = ""
    icon: str = "image"
    corner: str = ""


def no_pictures(_items: Sequence[Record]) -> Mapping[str, Picture]:
    return {}


@dataclass(frozen=True, slots=True)
class Gallery(View):
    """`pictures` answers the pictures of a page's records by their key, all at once. `badge` stands on the picture."""

    name: ClassVar[str] = "gallery"
    label: ClassVar[Label] = _("Gallery")
    icon: ClassVar[str] = "grid"
    template: ClassVar[str] = "console/gallery.html"
    pages: ClassVar[bool] = True

    pictures: Callable[[Sequence[Record]], Mapping[str, Picture]] = no_pictures
    title: str = ""
    badge: str = ""
    fields: tuple[str, ...] = ()

    def facts(self, console: Views, args: Arguments, items: Sequence[Record] = ()) -> dict[str, object]:
        columns = tile_columns(console, args, self.fields)
        console.datamodel.load_more(items, console.datamodel.paths([*columns, *filter(None, [self.badge])]))
        tile = tiler(console, self.title, columns)
        pictures = self.pictures(items)
        badge = (console.formatters_columns or {}).get(self.badge)
        return {
            "tiles": [
                (
                    tile(item),
                    pictures.get(console.datamodel.get_pk_value(item), Picture()),
                    draw(badge, console.value_of(item, self.badge), console.seen(item)) if self.badge else "",
                )
                for item in items
            ]
        }
