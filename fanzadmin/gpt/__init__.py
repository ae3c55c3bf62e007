"""FanzGPT: suggestions from a creator's own history, each with its reason. No model from outside, no invented prose.

Nouns: AssetHistory, FanzGPT's own copy of what was published and how it did; Suggestion.
Announces: SuggestionsMade, SuggestionAccepted. Hears: uploads, publications, likes, comments, clicks, unlocks.
"""
