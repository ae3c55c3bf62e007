"""Publishes batches of facts to JetStream and awaits all acknowledgements of a batch at once.

The client's own `publish` makes a future, a task and a timer for every message; here a batch has one of each.
"""

import asyncio
import json
from collections.abc import Sequence

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import APIError, NoStreamResponseError

from fanzadmin.kernel.bus.facts import Envelope, bus_subject

NO_RESPONDERS = "503"


class Publisher:
    """One batch at a time over `client`, to subjects that begin with `prefix`."""

    def __init__(self, client: Client, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self._inbox = client.new_inbox()
        self._listens = False
        self._batch = 0
        self._missing: set[str] = set()
        self._stored: asyncio.Future[None] | None = None

    async def publish(self, envelopes: Sequence[Envelope], *, seconds: float) -> None:
        """Return once the stream has stored every one of `envelopes`, sent in their order. Raises ConnectionError
        while NATS is away, TimeoutError after `seconds`, and what JetStream answers when it refuses one."""
        if not self.client.is_connected:
            raise ConnectionError("NATS is away")
        if not self._listens:
            await self.client.subscribe(f"{self._inbox}.*.*", cb=self._answered)
            self._listens = True
        self._batch += 1
        replies = [f"{self._inbox}.{self._batch}.{number}" for number in range(len(envelopes))]
        self._missing = set(replies)
        self._stored = asyncio.get_running_loop().create_future()
        for envelope, reply in zip(envelopes, replies, strict=True):
            await self.client.publish(
                bus_subject(self.prefix, envelope.cluster, envelope.type),
                json.dumps(envelope.to_dict()).encode(),
                reply=reply,
                headers={"Nats-Msg-Id": envelope.id, "traceparent": envelope.traceparent},
            )
        await asyncio.wait_for(self._stored, seconds)

    async def _answered(self, message: Msg) -> None:
        if message.subject not in self._missing or self._stored is None or self._stored.done():
            return  # the late answer to a batch that was given up
        if message.headers and message.headers.get("Status") == NO_RESPONDERS:
            self._stored.set_exception(NoStreamResponseError())
            return
        answer = json.loads(message.data)
        if "error" in answer:
            self._stored.set_exception(APIError.from_error(answer["error"]))
            return
        self._missing.discard(message.subject)
        if not self._missing:
            self._stored.set_result(None)
