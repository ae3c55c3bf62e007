"""FanzShield: nothing a stranger sends reaches another person before it was inspected, an area for each noun.

`parsing`: what the bytes of a file say. `inspection`: one file decoded in a sandbox and copied without metadata.
`incidents` and their notes. `verdicts` on assets, and the block list of contents. `reports` over all of them.

Announces: an asset is cleared (with the key of its clean copy) or quarantined, a scan failed or restarted, an incident is
opened or resolved. Hears: an asset was uploaded; a depiction of a minor was refused.
"""

TITLE = "FanzShield"
