"""The statement of 28 CFR 75.6 stands on every page: on each that shows content by law, on all others by the layout."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

TEMPLATES = ROOT / "fanzadmin/templates"
DOCUMENTS = {"layouts/base.html", "public/bare.html"}
EMPTY = {"appbuilder/init.html"}  # Flask-AppBuilder's own page of nothing
LINK = 'href="{{ statement.path }}"'
BARE = "layouts/plain.html"  # signing in and errors: a question or a sentence, never content
CONTENT = re.compile(r"poster_url|playback|parts\.picture|_lock\.html|<video|<audio|pictures\[")
EXTENDS = re.compile(r'{%-?\s*extends\s+(?:base_template\|default\()?"([^"]+)"')
PAGES = sorted(
    str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if EXTENDS.search(path.read_text())
)


def chain(name: str) -> list[str]:
    """A template and those that it extends, as far as they are ours."""
    path = TEMPLATES / name
    if not path.exists():
        return []
    above = EXTENDS.search(path.read_text())
    return [name, *(chain(above[1]) if above else [])]


def text(name: str) -> str:
    return (TEMPLATES / name).read_text()


def test_there_are_pages() -> None:
    assert len(PAGES) > 60


@pytest.mark.parametrize(
    "page", [page for page in PAGES if chain(page)[-1] in DOCUMENTS and page not in EMPTY]
)
def test_a_page_links_the_statement(page: str) -> None:
    if BARE in chain(page):
        assert not CONTENT.search(text(page)), f"{page} shows content: let it extend another layout"
        return
    assert any(LINK in text(name) for name in chain(page)), (
        f'link the statement in the layout of {page}: <a {LINK} lang="en">{{{{ statement.title }}}}</a>'
    )


def test_no_page_is_written_without_a_layout() -> None:
    """A document of its own would have no layout to link the statement."""
    whole = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"<html\b", path.read_text())
    }
    assert whole == DOCUMENTS, f"let these extend layouts/base.html: {sorted(whole - DOCUMENTS)}"


def test_no_page_is_written_in_python() -> None:
    """Pages are templates; what is put together in Python has no layout."""
    written = [
        f"{path.relative_to(ROOT)}"
        for folder in ("fanzadmin", "security", "dashboards")
        for path in sorted(Path(ROOT / folder).rglob("*.py"))
        if "<!doctype html>" in path.read_text().lower()
        and path.parent.name
        not in {"parsing", "runtime"}  # what files hide; the answer of a platform that is down
    ]
    assert not written, f"write these pages as templates: {written}"
