"""What BioLinkHub does when it hears a fact."""

from fanzadmin.biolink.pages import links, own_pages, service
from fanzadmin.contracts.biolink import LinkClicked
from fanzadmin.contracts.crm import CreatorOffboarded, CreatorOnboarded, CreatorReinstated, CreatorSuspended
from fanzadmin.contracts.media import AssetChanged, AssetPublished, AssetWithdrawn
from fanzadmin.kernel.bus import on


@on(CreatorOnboarded)
def open_page(fact: CreatorOnboarded) -> None:
    service.open_page(fact.creator_id)
    own_pages.recheck_links_to_creator(fact.creator_id)


@on(CreatorReinstated)
def reopen_page(fact: CreatorReinstated) -> None:
    service.open_page(fact.creator_id)
    own_pages.recheck_links_to_creator(fact.creator_id)


@on(CreatorSuspended)
def hide_page(fact: CreatorSuspended) -> None:
    service.hide_page(fact.creator_id)
    own_pages.recheck_links_to_creator(fact.creator_id)


@on(CreatorOffboarded)
def close_page(fact: CreatorOffboarded) -> None:
    service.hide_page(fact.creator_id)
    own_pages.recheck_links_to_creator(fact.creator_id)


@on(AssetPublished)
def list_item(fact: AssetPublished) -> None:
    service.list_item(fact.asset_id, creator_id=fact.creator_id, title=fact.title)
    own_pages.recheck_links_to_asset(fact.asset_id)


@on(AssetChanged)
def rename_item(fact: AssetChanged) -> None:
    service.rename_item(fact.asset_id, former_title=fact.former_title, title=fact.title)


@on(AssetWithdrawn)
def unlist_item(fact: AssetWithdrawn) -> None:
    service.unlist_item(fact.asset_id, creator_id=fact.creator_id)
    own_pages.recheck_links_to_asset(fact.asset_id)


@on(LinkClicked)
def count_click(fact: LinkClicked) -> None:
    """Off the hot path: the redirect waits for no lock on the link's row."""
    links.count_click(fact.link_id)
