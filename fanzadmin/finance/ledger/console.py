"""Accounts, the journal and its postings: read only."""

from collections.abc import Sequence

from flask_babel import gettext, pgettext
from markupsafe import Markup

from fanzadmin.console import Console, Datamodel, Menu
from fanzadmin.console.data.shapes import Filters, Key, Record
from fanzadmin.console.rendering.cells import Cell, badge, money, when
from fanzadmin.finance import TITLE
from fanzadmin.finance.ledger import queries
from fanzadmin.finance.ledger.models import Account, JournalEntry, Posting
from fanzadmin.kernel.i18n.languages import money_text

KINDS = {"asset": "info", "liability": "warn", "revenue": "good", "expense": "bad"}


def _legs(postings: Sequence[Posting], _item: object) -> Markup:
    """An entry's postings as a table of account, debit and credit."""
    row = Markup('<tr><td>{}</td><td class="num">{}</td><td class="num">{}</td></tr>')
    rows = [
        row.format(
            leg.account.title,
            money_text(leg.amount_minor, leg.currency) if leg.amount_minor > 0 else "",
            money_text(-leg.amount_minor, leg.currency) if leg.amount_minor < 0 else "",
        )
        for leg in postings
    ]
    head = Markup(
        '<table class="table"><thead><tr><th scope="col">{}</th><th scope="col" class="num">{}</th>'
        '<th scope="col" class="num">{}</th></tr></thead><tbody>{}</tbody></table>'
    )
    return head.format(
        gettext("Account"),
        pgettext("of a posting", "Debit"),
        pgettext("of a posting", "Credit"),
        Markup("").join(rows),
    )


class AccountData(Datamodel):
    """Accounts with their balances, summed once for all of a page."""

    def along(self, items: Sequence[Record]) -> None:
        super().along(items)
        queries.read_balances([item for item in items if isinstance(item, Account)])

    def get(
        self,
        id: Key,  # noqa: A002  the parent's name
        filters: Filters | None = None,
        select_columns: Sequence[str] | None = None,
        **kwargs: object,
    ) -> Record | None:
        account = super().get(id, filters, select_columns, **kwargs)
        queries.read_balances([account] if isinstance(account, Account) else [])
        return account


class FinanceAccountConsole(Console):
    datamodel = AccountData(Account)
    resource = "finance:account"
    menu = Menu(TITLE, "Accounts", "book")
    search = ("title", "code")
    read_only = True
    list_title, show_title = "Chart of accounts", "Account"
    list_columns = ["title", "kind", "cluster", "creator_id", "balance_minor"]
    show_columns = [
        "title",
        "code",
        "kind",
        "cluster",
        "currency",
        "creator_id",
        "balance_minor",
        "created_at",
        "id",
    ]
    search_columns = ["code", "title", "kind", "cluster", "currency", "creator_id"]
    label_columns = {"balance_minor": "Balance"}
    description_columns = {
        "balance_minor": "The sum of the account's postings, positive on the side its kind grows."
    }
    base_order = ("title", "asc")
    formatters_columns = {
        "kind": badge(KINDS, context="account"),
        "balance_minor": money("balance_minor"),
    }


class FinanceJournalConsole(Console):
    datamodel = Datamodel(JournalEntry)
    resource = "finance:journal"
    menu = Menu(TITLE, "Journal", "list")
    search = ("reference",)
    read_only = True
    list_title, show_title = "Journal", "Journal entry"
    list_columns = ["effective_at", "description", "cluster", "reference", "rule_version"]
    show_columns = [
        "description", "template", "postings", "cluster", "reference", "effective_at", "posted_at", "rule_version",
        "reverses_id", "id",
    ]  # fmt: skip
    search_columns = ["template", "reference", "cluster", "effective_at"]
    base_order = ("id", "desc")
    formatters_columns = {"postings": Cell(_legs)}


class FinancePostingConsole(Console):
    datamodel = Datamodel(Posting)
    cluster_of = "account"
    resource = "finance:journal"
    menu = Menu(TITLE, "Postings", "layers")
    read_only = True
    list_title, show_title = "Postings", "Posting"
    list_columns = ["id", "account.title", "entry.description", "entry.effective_at", "amount_minor"]
    show_columns = ["id", "account", "entry", "entry_id", "account_id", "amount_minor", "currency"]
    search_columns = ["entry_id", "account_id", "currency"]
    label_columns = {
        "account.title": "Account",
        "entry.description": "Entry",
        "entry.effective_at": "Effective",
    }
    description_columns = {"amount_minor": "Debits are positive, credits negative."}
    base_order = ("id", "desc")
    formatters_columns = {"entry.effective_at": when()}


CONSOLES = (
    FinanceAccountConsole,
    FinanceJournalConsole,
    FinancePostingConsole,
)
