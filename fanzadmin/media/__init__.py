"""MediaCore: from the bytes of an upload to something that can be played.

Nouns: an *asset* (what a creator uploaded, with its gates), its *renditions* (what people are served), a *playback*
(signed, expiring addresses for one viewer).

An asset passes three gates, each with its own column: FanzShield's scan, Compliance's records, our own encoding. It
is published when all three stand open and its moment has come, and taken back when one closes again. Words, tags, audience, price and
poster can be changed at any time; how fans hear of it (feed, message, both, none) and when it comes out, until it is published.

The original is kept until FanzShield has cleared it. Then its clean copy takes its place, and places, dates and devices
in the original's metadata are nowhere any more; its SHA-256 stays, with the asset and with the verdict.

Announces: asset_uploaded, asset_ready, asset_published, asset_changed, asset_failed, asset_withdrawn.
Hears: shield.asset_cleared, shield.asset_quarantined, shield.scan_failed, shield.scan_restarted,
compliance.asset_released, compliance.asset_held, gpt.suggestion_accepted.
"""
