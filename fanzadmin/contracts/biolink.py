"""BioLinkHub: pages and short links."""

from dataclasses import dataclass
from typing import Protocol

from fanzadmin.contracts.timeline import timeline
from fanzadmin.kernel.bus import Fact, fact


@fact("biolink.item_listed.v1", subject="asset_id")
class ItemListed(Fact):
    """An asset stands on its creator's page, with a short link of its own."""

    asset_id: str
    creator_id: str
    page_path: str
    link_path: str


@fact("biolink.link_clicked.v1", subject="link_id")
class LinkClicked(Fact):
    """A visitor (not a known bot) followed a short link. No address, no device: only the country and kind."""

    link_id: str
    creator_id: str
    asset_id: str
    country: str
    device: str


@dataclass(frozen=True, slots=True)
class LinkCard:
    """The public paths of an asset on its creator's page."""

    page_path: str
    link_path: str
    clicks: int


class Links(Protocol):
    """Questions to BioLinkHub."""

    def link_of_asset(self, asset_id: str) -> LinkCard | None: ...

    def asset_of_slug(self, slug: str) -> str | None:
        """The asset that a short link leads to."""


timeline(LinkClicked, counts={"clicks": 1})
