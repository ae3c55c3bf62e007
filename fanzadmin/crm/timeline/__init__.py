"""The timelines of creators and fans."""
