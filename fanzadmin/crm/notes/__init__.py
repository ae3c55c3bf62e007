"""Notes of the team about creators and fans."""
