"""RQ entry points: one file per system. A job is a name, an id and one call into a service."""
