"""The `events` role: the relay, and every consumer in threads around one NATS connection. Two processes, so that a
busy listener does not hold up what the others wait for.

It outlives its servers: a NATS that comes back empty gets its stream, its consumers and the facts that someone
has not heard yet; after a restart of PostgreSQL each part works on only once it leads again.
"""

import asyncio
import json
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from fanzadmin.kernel import heartbeat
from fanzadmin.kernel.bus.facts import Envelope, bus_subject, consumers
from fanzadmin.kernel.bus.inbox import receive
from fanzadmin.kernel.bus.publisher import Publisher
from fanzadmin.kernel.bus.relay import Outlet, republish
from fanzadmin.kernel.db import engine, session
from fanzadmin.kernel.leader import Leader
from fanzadmin.kernel.processes import die_with_parent

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.003  # seconds between two looks into an empty outbox
IDLE_POLL_INTERVAL = (
    0.03  # the same, once nothing came for POLLS_BEFORE_IDLE looks: an idle platform costs little
)
POLLS_BEFORE_IDLE = 500
RETRY_DELAY = 0.5  # seconds after something went wrong
LEADER_CHECK_INTERVAL = 2.0  # seconds between two looks whether lock, stream and consumer are still there
NATS_TIMEOUT = 5.0  # seconds that JetStream may take
BATCH = 200
IN_FLIGHT = 1000
WEEK = 7 * 86400
SHUTDOWN_TIMEOUT = 3.0  # seconds that the relay may take to stop


class Bus:
    """One NATS connection, its stream, the relay and the consumers that this process leads; both by default."""

    def __init__(
        self,
        nats_url: str,
        *,
        prefix: str = "fanz",
        listeners: Sequence[str] | None = None,
        relays: bool = True,
        consumes: bool = True,
    ) -> None:
        self.url = nats_url
        self.prefix = prefix
        self.stream = prefix.upper()
        self.names = sorted(consumers()) if listeners is None else list(listeners)
        self.relays, self.consumes = relays, consumes
        self.stopping = asyncio.Event()
        self._client: Client | None = None
        self._making = asyncio.Lock()

    @property
    def client(self) -> Client:
        if self._client is None:
            raise RuntimeError("the bus is not connected")
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        return self.client.jetstream(timeout=NATS_TIMEOUT)

    async def run(self) -> None:
        """Work until `stopping` is set, or until the connection is closed for good."""
        threads = 2 * len(self.names) + 8  # every part may sit in PostgreSQL while its lock is looked after
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads, "bus"))
        self._client = await nats.connect(
            self.url,
            name=f"{self.prefix}-events",
            max_reconnect_attempts=-1,
            connect_timeout=2,
            ping_interval=5,  # two without an answer, and the connection is made anew
            reconnect_time_wait=RETRY_DELAY,
            closed_cb=self._closed,
            error_cb=self._on_nats_error,
        )
        await self._until_there(self._ensure_stream)
        parts = [asyncio.create_task(self._run_as_leader("relay", self._relay))] if self.relays else []
        if self.consumes:
            parts += [
                asyncio.create_task(self._run_as_leader(name, self._consume, name)) for name in self.names
            ]
        await self.stopping.wait()
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        await self.client.close()

    async def _closed(self) -> None:
        self.stopping.set()

    async def _on_nats_error(self, error: Exception) -> None:
        log.warning("NATS: %s", str(error) or type(error).__name__)

    async def _until_there(self, make: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                return await make()
            except Exception as error:
                log.warning("the bus is not ready yet: %s", str(error) or type(error).__name__)
                await asyncio.sleep(RETRY_DELAY)

    async def _ensure_stream(self) -> None:
        """A stream that is not there is made, and gets again what some consumer has not finished."""
        async with self._making:
            with suppress(NotFoundError):
                await self.jetstream.stream_info(self.stream)
                return
            await self.jetstream.add_stream(
                StreamConfig(
                    name=self.stream,
                    subjects=[f"{self.prefix}.>"],
                    retention=RetentionPolicy.LIMITS,
                    storage=StorageType.FILE,
                    max_age=WEEK,
                    duplicate_window=120,
                )
            )
            hears = {name: list(consumers()[name]) for name in self.names}
            again = await asyncio.to_thread(republish, hears, seconds=WEEK)
            if again:
                log.warning("the stream was gone: %s facts are carried again", again)

    async def _run_as_leader(
        self, name: str, run: Callable[..., Coroutine[Any, Any, None]], *args: str
    ) -> None:
        """Do `work` while this process holds the lock for it; another replica takes over when it is lost."""
        leader = Leader(f"bus:{self.prefix}:{name}")
        try:
            while True:
                try:
                    if await asyncio.to_thread(leader.acquire):
                        await self._while_leading(leader, run(*args))
                except Exception as error:
                    log.warning("%s waits: %s", name, str(error) or type(error).__name__)
                    leader.release()
                await asyncio.sleep(RETRY_DELAY)
        finally:
            leader.release()

    async def _while_leading(self, leader: Leader, coroutine: Coroutine[Any, Any, None]) -> None:
        """Raises what `work` raises, and ConnectionError once the lock is lost; `work` has ended then."""
        task = asyncio.create_task(coroutine)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=LEADER_CHECK_INTERVAL)
                if not task.done() and not await asyncio.to_thread(leader.still_holds):
                    raise ConnectionError("the lock was lost with its connection")
            task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _relay(self) -> None:
        publisher = Publisher(self.client, self.prefix)
        while True:
            try:
                await self._publish_pending(publisher)
            except Exception as error:
                log.warning("the relay waits: %s", str(error) or type(error).__name__)
                await asyncio.sleep(RETRY_DELAY)
                await self._until_there(self._ensure_stream)

    async def _publish_pending(self, publisher: Publisher) -> None:
        """Look, publish, look again: at once while facts come, else after a short sleep. The look blocks the loop
        on purpose: nothing else wants this process, and a change of thread costs as much as the look."""
        outlet = await asyncio.to_thread(Outlet.open)
        empty = 0
        try:
            while True:
                batch = outlet.take()
                empty = 0 if batch else empty + 1
                if batch:
                    await publisher.publish(batch, seconds=NATS_TIMEOUT)
                    outlet.settle(batch)
                else:
                    await asyncio.sleep(POLL_INTERVAL if empty < POLLS_BEFORE_IDLE else IDLE_POLL_INTERVAL)
        finally:
            with suppress(Exception):
                outlet.close()

    async def _consume(self, consumer: str) -> None:
        """Subscribe, and keep the durable consumer there; what is held when this ends is given back at once."""
        waiting: asyncio.Queue[Msg] = asyncio.Queue()
        config = self._durable(consumer)
        held: list[Msg] = []
        subscription = await self.client.subscribe(config.deliver_subject or "", cb=waiting.put)
        watch = asyncio.create_task(self._watch(config))
        try:
            while True:
                held[:] = [await waiting.get()]
                while len(held) < BATCH and not waiting.empty():
                    held.append(waiting.get_nowait())
                await self._deliver(consumer, held)
        finally:
            watch.cancel()
            with suppress(Exception):
                await subscription.unsubscribe()
                for message in (*held, *(waiting.get_nowait() for _ in range(waiting.qsize()))):
                    if not message.is_acked:
                        await message.nak()

    def _durable(self, consumer: str) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=consumer,
            deliver_subject=f"_deliver.{self.prefix}.{consumer}",
            filter_subjects=[bus_subject(self.prefix, "*", name) for name in sorted(consumers()[consumer])],
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=15,
            max_ack_pending=IN_FLIGHT,
        )

    async def _watch(self, config: ConsumerConfig) -> None:
        """Make the consumer, also when its stream was wiped. An existing one takes the new filter."""
        exists = False
        while True:
            try:
                if exists:
                    await self.jetstream.consumer_info(self.stream, config.durable_name or "")
                else:
                    await self._ensure_stream()
                    await self.jetstream.add_consumer(self.stream, config)
                    exists = True
            except NotFoundError:
                exists = False
                continue
            except Exception as error:
                log.warning(
                    "%s cannot be looked after: %s", config.durable_name, str(error) or type(error).__name__
                )
            await asyncio.sleep(LEADER_CHECK_INTERVAL if exists else RETRY_DELAY)

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


def run_events(nats_url: str, *, prefix: str = "fanz") -> None:
    """Run the role until SIGTERM or SIGINT. The relay's process and this one live and die together: raises
    SystemExit when one ended unasked, for whoever starts roles to start both again."""
    session.remove()
    engine().dispose()  # a connection must not be shared by two processes
    relay = get_context("fork").Process(target=_run_relay, args=(nats_url, prefix, os.getpid()), name="relay")
    relay.start()
    try:
        stop_requested = asyncio.run(
            _run_until_signal(Bus(nats_url, prefix=prefix, relays=False), relay.sentinel)
        )
    finally:
        relay.terminate()
        relay.join(SHUTDOWN_TIMEOUT)
        relay.kill()
    if not stop_requested:
        raise SystemExit("the relay, or the connection to NATS, ended unasked")


def _run_relay(nats_url: str, prefix: str, parent: int) -> None:
    die_with_parent(parent)
    heartbeat.inherit()
    asyncio.run(_run_until_signal(Bus(nats_url, prefix=prefix, consumes=False)))


async def _run_until_signal(bus: Bus, beside: int | None = None) -> bool:
    """Work until a signal, or until the file descriptor `beside` becomes readable. True: it was a signal."""
    stop_requested = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stop_requested.set()
        bus.stopping.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop)
    if beside is not None:
        loop.add_reader(beside, bus.stopping.set)
    beats = asyncio.create_task(_beat())
    try:
        await bus.run()
    finally:
        beats.cancel()
    return stop_requested.is_set()


async def _beat() -> None:
    while True:
        heartbeat.beat(within=90)  # the relay's looks block the loop, for a statement's minute at the most
        await asyncio.sleep(1)
