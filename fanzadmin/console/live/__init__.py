"""A console while others work: presence on records and hints of changed rows."""
