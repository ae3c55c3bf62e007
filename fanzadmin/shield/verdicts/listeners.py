"""What verdicts hear."""

from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.kernel.bus import on
from fanzadmin.shield.verdicts import service

on(AssetUploaded)(service.ask_for_scan)
