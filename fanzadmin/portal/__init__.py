"""The creator's self-service pages."""

from flask import Flask


def install(app: Flask) -> None:
    """Register the portal's pages."""
