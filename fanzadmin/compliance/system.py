"""How Compliance is wired."""

from fanzadmin.compliance import demo, listeners  # noqa: F401  the listeners register themselves
from fanzadmin.compliance.api import blueprint
from fanzadmin.compliance.console import (
    ComplianceAliasConsole,
    ComplianceConsentConsole,
    ComplianceCustodianConsole,
    ComplianceDepictionConsole,
    ComplianceDocumentConsole,
    CompliancePerformerConsole,
    ComplianceReviewConsole,
)
from fanzadmin.compliance.queries import RecordAnswers
from fanzadmin.compliance.rights import RIGHTS
from fanzadmin.contracts.compliance import Records
from fanzadmin.kernel.system import System

SYSTEM = System(
    name="compliance",
    title="Compliance",
    rights=RIGHTS,
    tones={"verified": "good", "unverified": "warn"},
    consoles=(
        CompliancePerformerConsole,
        ComplianceReviewConsole,
        ComplianceDepictionConsole,
        ComplianceConsentConsole,
        ComplianceDocumentConsole,
        ComplianceAliasConsole,
        ComplianceCustodianConsole,
    ),
    apis=(blueprint,),
    provides={Records: RecordAnswers()},
    demo=demo.seed,
    demo_end=demo.finish,
)
