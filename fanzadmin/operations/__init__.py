"""Operations: the facts, deliveries, tasks and audit of all systems, and the Trace page that joins them.

No system of the business: it reads the kernel's and the security package's tables for the staff who keep the
platform running, and stands beside the portal in the order of imports (ADR 0004).
"""

from flask import Flask

from fanzadmin.operations.pages import inbox, inspections, pages
from fanzadmin.operations.system import SYSTEM

__all__ = ["SYSTEM", "install"]


def install(app: Flask) -> None:
    """Register the pages of Trace, Mentions and Inspection."""
    app.register_blueprint(pages)
    app.register_blueprint(inbox)
    app.register_blueprint(inspections)
