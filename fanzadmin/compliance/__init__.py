"""Compliance: nothing is shown of anyone whose age, identity and consent are not on record.

Nouns: performer, alias, identity document, custodian, consent, asset review, depiction (18 U.S.C. 2257, 28 CFR 75).
Announces: an asset is released, an asset is held (with the exact reasons), a minor is suspected.
Hears: an asset was uploaded.
"""
