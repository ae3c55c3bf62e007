"""Every console of the application, by its class's name: the one place that knows them all."""

from typing import Any

consoles: dict[str, Any] = {}
