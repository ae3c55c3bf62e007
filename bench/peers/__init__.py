"""What the consoles are measured beside: the same tables under stock Flask-AppBuilder and under Django's admin."""
