"""Addresses that come with a request."""

import re

OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x7e]*")


def own_path(text: str) -> str:
    """`text` when it is a path of our own, else the start page: no one is sent elsewhere by a form field."""
    return text if OWN_PATH.fullmatch(text) else "/"
