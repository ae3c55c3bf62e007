"""What systems announce to and ask of each other: facts as frozen dataclasses, questions as Protocols; a file per system."""

from fanzadmin.contracts import biolink, chat, compliance, crm, finance, gpt, media, shield, social

__all__ = ["biolink", "chat", "compliance", "crm", "finance", "gpt", "media", "shield", "social"]
