"""What fans and visitors see: bio pages, short links, the feed."""

from flask import Flask


def install(app: Flask) -> None:
    """Register the public pages."""
