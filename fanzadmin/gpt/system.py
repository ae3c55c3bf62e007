"""How FanzGPT is wired."""

from fanzadmin.gpt import demo, listeners  # noqa: F401  the listeners register themselves
from fanzadmin.gpt.api import blueprint
from fanzadmin.gpt.console import GptHistoryConsole, GptSuggestionConsole
from fanzadmin.gpt.rights import RIGHTS
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="gpt",
    title="FanzGPT",
    rights=RIGHTS,
    tones={"accepted": "good"},
    consoles=(GptSuggestionConsole, GptHistoryConsole),
    apis=(blueprint,),
    demo=demo.seed,
)
