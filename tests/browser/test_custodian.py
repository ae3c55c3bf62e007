"""The custodian of records in a browser: finds by title and address, looks at a document inline, takes the bundle, checks its
hashes; the audit knows of each look."""

import io
import zipfile
from hashlib import sha256

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Faces, Visit
from tests.faults.witness import Witness

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("faces")]

TITLE = "18 U.S.C. 2257 Record-Keeping Requirements Compliance Statement"
REASON = "Visit of the inspector"
LOOKS = "SELECT count(*) FROM security.audit_entry WHERE action = 'reveal' AND reason = %s"


def inspect(page: Page, base: str, term: str) -> None:
    page.goto(f"{base}/inspection/")
    page.get_by_label("Name, title or address").fill(term)
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Inspect").click()


class TestACustodian:
    @pytest.mark.parametrize("term", ["On the roof", "{base}/watch/{public}", "Mia"])
    def test_finds_the_record_by_title_address_and_name(self, visit: Visit, faces: Faces, term: str) -> None:
        base = faces.platform.address
        page = visit("compliance").page
        inspect(page, base, term.format(base=base, public=faces.public))
        section = page.locator("section.card").first
        expect(section.get_by_role("link", name="On the roof")).to_be_visible()
        expect(section.get_by_text(f"/watch/{faces.public}")).to_be_visible()
        expect(page.get_by_role("link", name=TITLE)).to_be_visible()

    def test_looks_at_the_document_inline_and_the_audit_keeps_it(self, visit: Visit, faces: Faces) -> None:
        witness = Witness(faces.platform)
        page = visit("compliance").page
        inspect(page, faces.platform.address, "On the roof")
        looks = witness.scalar(LOOKS, ["Looked at the copy"])
        picture = page.get_by_role("img", name="Copy of the document").first
        expect(picture).not_to_be_visible()
        with page.expect_response("**/documents/*/view") as sent:
            page.get_by_text("Look at the copy").first.click()
        assert sent.value.status == 200
        assert sent.value.headers["content-type"] == "image/png"
        expect(picture).to_be_visible()
        assert witness.scalar(LOOKS, ["Looked at the copy"]) == looks + 1

    def test_takes_the_bundle_whose_hashes_are_right(self, visit: Visit, faces: Faces) -> None:
        page = visit("compliance").page
        inspect(page, faces.platform.address, f"/watch/{faces.public}")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Export with documents and hashes").click()
        archive = zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes()))
        sums = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
        assert sums.keys() == {*archive.namelist()} - {"SHA256SUMS"}
        assert len(sums) > 1
        assert all(sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
        assert faces.public in archive.read("records.json").decode()
        assert Witness(faces.platform).scalar(LOOKS, [REASON]) > 0
