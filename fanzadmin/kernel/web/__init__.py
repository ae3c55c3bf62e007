"""What a request meets: REST, sockets, health, compression, idempotency, and how it ends."""
