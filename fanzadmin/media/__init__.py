"""MediaCore."""
