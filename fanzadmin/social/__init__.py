"""FanzSocial: posts, and what fans do with them.

Nouns: a *post* is an asset or a text, offered to an audience; a *follow* puts a creator's posts into a fan's feed; a
*like*, a *comment* and a *share* are what fans leave on a post that they may see.

Announces: posts published, edited, removed, liked, commented, shared; creators followed. Hears: assets published, changed and
withdrawn, subscriptions started. The feed is merged when it is read, so that a lapsed subscription shows at once.
"""
