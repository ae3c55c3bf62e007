"""What fans and visitors see: bio pages, short links, the feed, players, messages.

One file per concern, each a Flask blueprint: `gate` (18+), `pages` (bio), `links` (redirect), `feed`, `watch`, `account`
(messages, subscribing), `creators` (find, follow, block), `payments` (subscriptions and payments), `reports`, `inbox` (what is
unread), `join` (sign-up), `statement` (2257). They read through the systems' queries and write through their services or, from
the page's scripts, through REST.
"""

from flask import Flask

from fanzadmin.public import (
    account,
    creators,
    feed,
    gate,
    inbox,
    join,
    links,
    pages,
    payments,
    reports,
    statement,
    watch,
)


def install(app: Flask) -> None:
    """Register the public pages."""
    for part in (gate, pages, links, feed, watch, account, creators, payments, reports, join, statement):
        app.register_blueprint(part.blueprint)
    statement.install(app)
    inbox.install(app)
