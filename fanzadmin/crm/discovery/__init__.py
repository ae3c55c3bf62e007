"""Discovery: how a fan finds creators."""
