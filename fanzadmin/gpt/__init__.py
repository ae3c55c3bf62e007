"""FanzGPT: suggestions from a creator's own history, each with its reason. No model from outside, no invented prose.

Nouns: AssetHistory, FanzGPT's own copy of what was published and how it did; Suggestion.
It forgets what is taken back: likes, comments, unlocks, publications. Hours are those of the creator's clock, reasons are codes that
each reader gets in the own language.

Announces: SuggestionsMade, SuggestionAccepted. Hears: uploads, publications, likes, comments, clicks, unlocks, and their ends.
"""
