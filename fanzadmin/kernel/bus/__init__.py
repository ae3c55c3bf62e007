"""Facts: what happened, recorded once, applied once.

`record` writes a fact into the outbox in the transaction that made it true; the relay carries it over JetStream;
`@on` marks what a system does when it hears one, applied once whatever is delivered.
"""

from fanzadmin.kernel.bus.facts import Envelope, Fact, PlatformFact, fact, facts, on
from fanzadmin.kernel.bus.outbox import record

__all__ = ["Envelope", "Fact", "PlatformFact", "fact", "facts", "on", "record"]
