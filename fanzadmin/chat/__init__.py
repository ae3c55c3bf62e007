"""ChatSphere."""
