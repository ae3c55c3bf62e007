"""What Compliance hears."""

from fanzadmin.compliance import service
from fanzadmin.contracts.media import AssetChanged, AssetPublished, AssetUploaded
from fanzadmin.kernel.bus import on

on(AssetUploaded)(service.review_upload)
on(AssetPublished)(service.review_again)
on(AssetChanged)(service.review_again)
