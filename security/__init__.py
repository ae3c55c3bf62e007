"""Identity, rights, audit, secrets and the guards on a request."""
