"""CreatorCRM."""
