"""BioLinkHub: the creator's public page, short links, and the clicks on them.

Nouns: a *page* per creator, made of *blocks* (items, links, headings, texts); a *short link* `/l/<slug>`; a *click* on
a link and a *view* of a page, both without cookie and without a stored address.

Announces ItemListed and LinkClicked. Hears from CreatorCRM when a creator is onboarded, suspended, reinstated or
offboarded (the page opens or hides), AssetPublished and AssetWithdrawn (an item comes and goes), and its own LinkClicked
(the link's counter, off the hot path).
"""
