"""FanzShield: nothing a stranger sends reaches another person before it was looked at.

Nouns: verdict (what a scan found), blocked hash, incident, incident note.
Announces: an asset is cleared (with the key of its clean copy), an asset is quarantined, an incident is opened.
Hears: an asset was uploaded; a depiction of a minor was refused.
"""
