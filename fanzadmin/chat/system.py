"""How ChatSphere is wired."""

from fanzadmin.chat import demo, listeners  # noqa: F401  the listeners register themselves
from fanzadmin.chat.api import chat
from fanzadmin.chat.channels import ChatNamespace
from fanzadmin.chat.console import (
    ChatBroadcastConsole,
    ChatConversationConsole,
    ChatMessageConsole,
    ChatReadMarkConsole,
)
from fanzadmin.chat.queries import ChatMessages
from fanzadmin.chat.rights import RIGHTS
from fanzadmin.chat.service.reported import MessageEvidence
from fanzadmin.console.record.timeline import MessageTimeline
from fanzadmin.contracts.crm import ReportedMessages
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="chat",
    title="ChatSphere",
    rights=RIGHTS,
    consoles=(ChatConversationConsole, ChatMessageConsole, ChatBroadcastConsole, ChatReadMarkConsole),
    apis=(chat,),
    channels=(ChatNamespace(),),
    provides={MessageTimeline: ChatMessages(), ReportedMessages: MessageEvidence()},
    demo=demo.seed,
)
