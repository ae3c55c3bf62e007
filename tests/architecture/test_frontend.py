"""Templates, styles and scripts: how wide a line is, and what the lock file of npm may hold."""

import json

import pytest

from tests.architecture.source import ROOT

WIDEST = 160
FOLDERS = {"html": "fanzadmin/templates", "css": "fanzadmin/static/css", "js": "fanzadmin/static/js"}


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_line_can_be_read_whole(kind: str) -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / FOLDERS[kind]).rglob(f"*.{kind}"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDEST
    ]
    assert not wide, (
        f"break lines after {WIDEST} signs (in a template before a tag, with {{%- or -}}}} where no space may come): {wide}"
    )


def test_the_lock_file_names_no_place_to_download_from() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    bound = [name for name, package in packages.items() if "resolved" in package]
    assert not bound, f"whoever installs chooses the registry; keep .npmrc and run npm install again: {bound}"


def test_every_npm_package_is_pinned() -> None:
    manifest = json.loads((ROOT / "package.json").read_text())
    loose = [
        name
        for kind in ("dependencies", "devDependencies")
        for name, version in manifest[kind].items()
        if not version[0].isdigit()
    ]
    assert not loose, f"name one version, without ^ or ~: {loose}"
