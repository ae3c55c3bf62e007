"""The `events` role: the relay and every consumer, in one process of threads around one NATS connection."""

import asyncio
import json
import logging
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from fanzadmin.kernel.bus.facts import Envelope, bus_subject, consumers
from fanzadmin.kernel.bus.inbox import receive
from fanzadmin.kernel.bus.relay import relay_once
from fanzadmin.kernel.leader import Leader

log = logging.getLogger(__name__)

IDLE = 0.01  # seconds between two looks into an empty outbox
BATCH = 200
IN_FLIGHT = 1000
WEEK = 7 * 86400


class Bus:
    """One NATS connection, its stream, the relay and the consumers that this process leads."""

    def __init__(
        self, nats_url: str, *, prefix: str = "fanz", listeners: Sequence[str] | None = None
    ) -> None:
        self.url = nats_url
        self.prefix = prefix
        self.stream = prefix.upper()
        self.listeners = listeners
        self.stopping = asyncio.Event()
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        if self._client is None:
            raise RuntimeError("the bus is not connected")
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        return self.client.jetstream(timeout=10)

    async def run(self) -> None:
        """Work until `stopping` is set."""
        self._client = await nats.connect(
            self.url, name=f"{self.prefix}-events", max_reconnect_attempts=-1, reconnect_time_wait=0.5
        )
        await self._ensure_stream()
        names = self.listeners if self.listeners is not None else sorted(consumers())
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(self._led("relay", self._relay))]
        tasks += [asyncio.create_task(self._led(name, self._consume, name)) for name in names]
        stopper: asyncio.Task[Any] = asyncio.create_task(self.stopping.wait())
        done, _ = await asyncio.wait({stopper, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.client.close()
        for task in done - {stopper}:
            task.result()

    async def _ensure_stream(self) -> None:
        config = StreamConfig(
            name=self.stream,
            subjects=[f"{self.prefix}.>"],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            max_age=WEEK,
            duplicate_window=120,
        )
        while True:
            try:
                await self.jetstream.stream_info(self.stream)
                return
            except NotFoundError:
                await self.jetstream.add_stream(config)
                return
            except Exception as error:
                log.warning("JetStream is not ready yet: %s", error)
                await asyncio.sleep(0.5)

    async def _led(self, name: str, work: Callable[..., Coroutine[Any, Any, None]], *args: str) -> None:
        """Do `work` while this process holds the lock for it; another replica takes over when it ends."""
        leader = Leader(f"bus:{self.prefix}:{name}")
        try:
            while not await asyncio.to_thread(leader.acquire):  # noqa: ASYNC110  another process holds it
                await asyncio.sleep(1)
            await work(*args)
        finally:
            leader.release()

    async def _relay(self) -> None:
        loop = asyncio.get_running_loop()

        def publish(envelopes: Sequence[Envelope]) -> None:
            asyncio.run_coroutine_threadsafe(self._publish(envelopes), loop).result(30)

        while True:
            try:
                carried = await asyncio.to_thread(relay_once, publish)
            except Exception as error:
                log.warning("the relay waits: %s", error)
                await asyncio.sleep(0.5)
                continue
            if not carried:
                await asyncio.sleep(IDLE)

    async def _publish(self, envelopes: Sequence[Envelope]) -> None:
        publish = self.jetstream.publish
        await asyncio.gather(
            *(
                publish(
                    bus_subject(self.prefix, envelope.cluster, envelope.type),
                    json.dumps(envelope.to_dict()).encode(),
                    headers={"Nats-Msg-Id": envelope.id, "traceparent": envelope.traceparent},
                )
                for envelope in envelopes
            )
        )

    async def _consume(self, consumer: str) -> None:
        waiting: asyncio.Queue[Msg] = asyncio.Queue()
        await self._subscribe(consumer, waiting)
        while True:
            batch = [await waiting.get()]
            while len(batch) < BATCH and not waiting.empty():
                batch.append(waiting.get_nowait())
            await self._deliver(consumer, batch)

    async def _subscribe(self, consumer: str, waiting: "asyncio.Queue[Msg]") -> None:
        config = ConsumerConfig(
            durable_name=consumer,
            deliver_subject=f"_deliver.{self.prefix}.{consumer}",
            filter_subjects=[bus_subject(self.prefix, "*", name) for name in sorted(consumers()[consumer])],
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=30,
            max_ack_pending=IN_FLIGHT,
        )
        await self.client.subscribe(config.deliver_subject or "", cb=waiting.put)
        await self.jetstream.add_consumer(self.stream, config)

    async def _deliver(self, consumer: str, batch: Sequence[Msg]) -> None:
        envelopes = [Envelope.from_dict(json.loads(message.data)) for message in batch]
        try:
            outcomes = await asyncio.to_thread(receive, consumer, envelopes)
        except Exception as error:
            log.warning("%s waits: %s", consumer, error)
            for message in batch:
                await message.nak(delay=1)
            return
        for message, outcome in zip(batch, outcomes, strict=True):
            if outcome.retry_in is None:
                await message.ack()
            else:
                await message.nak(delay=outcome.retry_in)


def run_events(nats_url: str) -> None:
    """Run the role until SIGTERM or SIGINT."""

    async def main() -> None:
        bus = Bus(nats_url)
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, bus.stopping.set)
        await bus.run()

    asyncio.run(main())
