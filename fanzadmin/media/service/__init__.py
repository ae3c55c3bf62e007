"""The verbs of MediaCore."""
