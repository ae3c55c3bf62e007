"""How FanzGPT is wired."""

from fanzadmin.kernel.system import System

SYSTEM = System(name="gpt", title="FanzGPT")
