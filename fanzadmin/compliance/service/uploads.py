"""Uploads: who is depicted, the uploader's own declaration, the first decision."""

from fanzadmin.compliance.service.consents import attest_self
from fanzadmin.compliance.service.reviews import open_review, review_asset
from fanzadmin.contracts.media import AssetUploaded


def review_upload(upload: AssetUploaded) -> None:
    """Open the review of an upload, note the uploader's own declaration, and decide. Safe to repeat."""
    open_review(upload)
    attest_self(upload)
    review_asset(upload.asset_id)
