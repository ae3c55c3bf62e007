"""What is known of a record: its history, comments, story and related records."""
