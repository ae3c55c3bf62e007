"""The creator's self-service pages, at /portal.

`frame` holds what every page needs: the blueprint, the current creator, the frame around a page. Each
page is a file of its own. Pages read through the systems' queries and write through their services; everything is
fetched through the creator, so that a neighbour's record is not found.
"""

from flask import Flask

from fanzadmin.portal import (
    asset,
    content,
    fans,
    home,
    link,
    messages,
    money,
    page,
    people,
    posts,
    safety,
    suggestions,
)
from fanzadmin.portal.frame import blueprint

PAGES = (home, content, asset, posts, fans, messages, page, link, money, suggestions, people, safety)


def install(app: Flask) -> None:
    """Register the portal's pages."""
    app.register_blueprint(blueprint)
