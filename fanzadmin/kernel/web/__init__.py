"""What a request meets: REST, sockets, problems, compression, idempotency, and how it ends."""
