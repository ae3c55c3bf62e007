"""What a role prints: one line an event, to standard error. The supervisor puts the role's name before it."""

from __future__ import annotations

import logging

QUIET = (
    "flask_appbuilder",
    "sqlalchemy",
    "PIL",
    "urllib3",
    "engineio",
    "socketio",
    "nats",
    "rq.worker",
    "alembic",
)


def set_up(level: str) -> None:
    """`level` is the platform's; libraries speak from WARNING on. Flask-AppBuilder calls it an error that it has
    no form field for a UUID; our consoles bring their own."""
    logging.basicConfig(level=level, format="%(levelname)-7s %(name)s: %(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    logging.getLogger("flask_appbuilder.forms").setLevel(logging.CRITICAL)
