"""How ChatSphere is wired."""

from fanzadmin.kernel.system import System

SYSTEM = System(name="chat", title="ChatSphere")
