"""Who sees which field and row: the same in list, record, form, search, sorting, lookup and history."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Uuid

from fanzadmin.chat.models import Message
from fanzadmin.console import Hidden, Masked, Open, ReadOnly, Rows
from fanzadmin.console.registry import consoles
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.gpt.models import Suggestion
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.ids import new_id
from security.models import AuditEntry, StaffCluster

Login = Callable[..., Any]
CREATOR, FAN = "/crmcreatorconsole", "/crmfanconsole"
SECRETS = ("Adelaide Foxworth", "ada@example.test")


@pytest.fixture
def declare(app: Any) -> Iterator[Callable[..., None]]:
    """`declare("CrmFanConsole", field_rules={...})`: as if the console's class said so, for one test."""
    changed: list[tuple[Any, str]] = []

    def set_on(console: str, **declared: Any) -> None:
        result = consoles[console]
        for name, value in declared.items():
            setattr(result, name, value)
            changed.append((result, name))
        result.__dict__.pop("_rules_cache", None)

    yield set_on
    for result, name in changed:
        delattr(result, name)
        result.__dict__.pop("_rules_cache", None)


class TestMasking:
    def test_personal_data_is_masked_on_the_record_even_for_an_admin(
        self, creator: Creator, login: Login
    ) -> None:
        for role in ("CRM", "Admin"):
            page = login(role).get(f"{CREATOR}/show/{creator.id}").text
            assert not [secret for secret in SECRETS if secret in page]
            assert "A••• F•••" in page

    def test_a_masked_column_can_neither_be_filtered_nor_sorted_by(
        self, creator: Creator, login: Login, declare: Callable[..., None]
    ) -> None:
        declare("CrmCreatorConsole", field_rules={"handle": Masked(), "name": Masked(kind="name")})
        staff = login("CRM")
        for guess in ("Ada Fox", "Nobody"):
            assert "A••• F•••" not in staff.get(f"{CREATOR}/list/?q=name:is:{guess}").text
        for query in (
            "_flt_0_handle=ada.fox",
            "find=ada.fox",
            "_oc_CrmCreatorConsole=name&_od_CrmCreatorConsole=asc",
        ):
            page = staff.get(f"{CREATOR}/list/?{query}")
            assert page.status_code == 200
            assert "Ada Fox" not in page.text, query
        assert "A••• F•••" in staff.get(f"{CREATOR}/list/").text

    def test_whoever_must_find_by_a_name_finds_and_still_sees_the_mask(
        self, creator: Creator, login: Login, declare: Callable[..., None]
    ) -> None:
        declare("CrmCreatorConsole", field_rules={"name": Masked(found_by=("CRM",))})
        assert consoles["CrmCreatorConsole"].is_masked("name")
        with acting(Context(roles=frozenset({"CRM"}))):
            assert consoles["CrmCreatorConsole"].is_findable("name")
        with acting(Context(roles=frozenset({"Manager"}))):
            assert not consoles["CrmCreatorConsole"].is_findable("name")

    def test_the_form_comes_empty_and_empty_keeps(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        page = staff.get(f"{CREATOR}/edit/{creator.id}").text
        assert not [secret for secret in SECRETS if secret in page]
        form = {"name": "Ada F.", "legal_name": "", "email": "", "about": "", "tier": "star", "subscription_minor": "999", "login_name": ""}  # fmt: skip
        assert staff.post(f"{CREATOR}/edit/{creator.id}", data=form).status_code == 302
        db.refresh(creator)
        assert (creator.name, creator.email, creator.legal_name) == ("Ada F.", *reversed(SECRETS))

    def test_a_refused_form_does_not_show_what_it_kept(self, creator: Creator, login: Login) -> None:
        form = {
            "name": "",
            "legal_name": "",
            "email": "",
            "about": "",
            "tier": "star",
            "subscription_minor": "x",
        }
        page = login("CRM").post(f"{CREATOR}/edit/{creator.id}", data=form)
        assert page.status_code == 200
        assert not [secret for secret in SECRETS if secret in page.text]

    def test_a_new_value_is_written(self, db: Any, creator: Creator, login: Login) -> None:
        form = {"name": "Ada", "legal_name": "", "email": "new@example.test", "about": "", "tier": "star", "subscription_minor": "999", "login_name": ""}  # fmt: skip
        login("CRM").post(f"{CREATOR}/edit/{creator.id}", data=form)
        db.refresh(creator)
        assert creator.email == "new@example.test"

    def test_open_lifts_the_mark_and_an_excepted_role_sees(
        self, creator: Creator, login: Login, declare: Callable[..., None]
    ) -> None:
        declare(
            "CrmCreatorConsole",
            field_rules={"email": Open(), "legal_name": Masked(except_roles=("Manager",))},
        )
        crm = login("CRM").get(f"{CREATOR}/show/{creator.id}").text
        assert ("ada@example.test" in crm, "Adelaide Foxworth" in crm) == (True, False)
        assert "Adelaide Foxworth" in login("Manager").get(f"{CREATOR}/show/{creator.id}").text

    def test_a_title_does_not_tell_that_two_names_are_the_same(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        creator.legal_name = creator.name
        db().commit_transaction()
        page = login("CRM").get(f"{CREATOR}/show/{creator.id}").text
        assert "<h1>Ada Fox (@ada.fox)" in page


class TestHiding:
    def test_a_hidden_column_is_nowhere(
        self, creator: Creator, login: Login, declare: Callable[..., None]
    ) -> None:
        declare("CrmCreatorConsole", field_rules={"handle": Hidden(except_roles=("Manager",))})
        for path in (f"show/{creator.id}", f"edit/{creator.id}", f"history/{creator.id}"):
            assert "ada.fox" not in login("CRM").get(f"{CREATOR}/{path}").text.replace("@ada.fox", ""), path
        assert "ada.fox" in login("Manager").get(f"{CREATOR}/show/{creator.id}").text

    def test_a_read_only_column_is_shown_and_never_written(
        self, db: Any, creator: Creator, login: Login, declare: Callable[..., None]
    ) -> None:
        declare("CrmCreatorConsole", field_rules={"tier": ReadOnly(except_roles=("Admin",))})
        staff = login("CRM")
        assert 'name="tier"' not in staff.get(f"{CREATOR}/edit/{creator.id}").text
        form = {"name": "Ada", "legal_name": "", "email": "", "about": "", "tier": "star", "subscription_minor": "999", "login_name": ""}  # fmt: skip
        staff.post(f"{CREATOR}/edit/{creator.id}", data=form)
        db.refresh(creator)
        assert (creator.name, creator.tier) == ("Ada", "starter")


class TestRows:
    def test_rows_outside_the_rule_are_absent_from_list_record_and_actions(
        self, db: Any, fan: Fan, login: Login, declare: Callable[..., None], app: Any
    ) -> None:
        result = consoles["CrmFanConsole"]
        before = result._base_filters
        filters = result.datamodel.get_filters()
        from fanzadmin.console.access.rules import InAllowedRows

        rules = (Rows(lambda: Fan.country == "DE", except_roles=("Admin",)),)
        filters.add_filter("id", InAllowedRows, rules)
        result._base_filters = before.get_joined_filters(filters)
        try:
            crm, admin = login("CRM"), login("Admin")
            assert "Tom N." not in crm.get(f"{FAN}/list/").text
            assert crm.get(f"{FAN}/show/{fan.id}").status_code == 404
            assert crm.get(f"{FAN}/comments/{fan.id}").status_code == 404
            assert admin.get(f"{FAN}/show/{fan.id}").status_code == 200
        finally:
            result._base_filters = before


class TestRevealing:
    def test_a_reason_shows_it_once_and_the_audit_keeps_who_what_and_why(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff = login("CRM")
        page = staff.post(
            f"{CREATOR}/reveal/{creator.id}", data={"column": "email", "reason": "Bounced contract mail"}
        )
        assert "ada@example.test" in page.text
        assert "Adelaide Foxworth" not in page.text
        assert page.headers["Cache-Control"] == "no-store"
        entry = db.query(AuditEntry).filter_by(action="reveal").one()
        assert (entry.actor_id, entry.record_id, entry.changes, entry.reason) == (
            staff.user_id,
            creator.id,
            {"email": None},
            "Bounced contract mail",
        )
        assert "ada@example.test" not in staff.get(f"{CREATOR}/show/{creator.id}").text

    def test_no_reason_no_look(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        for form in ({"column": "email", "reason": "  x  "}, {"reason": "Bounced contract mail"}):
            assert staff.post(f"{CREATOR}/reveal/{creator.id}", data=form).status_code == 302
        assert db.query(AuditEntry).filter_by(action="reveal").count() == 0

    def test_without_the_right_or_the_row_there_is_nothing_to_reveal(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        form = {"column": "email", "reason": "Bounced contract mail"}
        assert login("Manager").post(f"{CREATOR}/reveal/{creator.id}", data=form).status_code != 200
        assert 'data-dialog="reveal"' not in login("Manager").get(f"{CREATOR}/show/{creator.id}").text
        abroad = login("CRM")
        db.add(StaffCluster(user_id=abroad.user_id, cluster="ember"))
        db().commit_transaction()
        assert abroad.post(f"{CREATOR}/reveal/{creator.id}", data=form).status_code == 404
        assert abroad.post(f"{CREATOR}/reveal/{new_id()}", data=form).status_code == 404


class TestLookup:
    def test_a_lookup_finds_by_no_masked_column(self, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        assert staff.get("/crmnoteconsole/options/creator?q=Ada").json
        assert staff.get("/crmnoteconsole/options/creator?q=example.test").json == []

    def test_a_lookup_needs_the_right_to_the_records_it_finds(
        self, creator: Creator, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consoles["CrmCreatorConsole"], "resource", "audit:entry", raising=False)
        assert login("CRM").get("/crmnoteconsole/options/creator?q=Ada").json == []


class TestTitles:
    @pytest.mark.parametrize("role", ["Admin", "CRM"])
    def test_no_title_of_any_console_is_an_address_in_memory(self, app: Any, db: Any, role: str) -> None:
        wrong = {}
        with app.test_request_context("/"), acting(Context(roles=frozenset({role}))):
            for name, console in consoles.items():
                title = console.title_of(_filled(console))
                if "object at 0x" in title or "<" in title or not title.strip():
                    wrong[name] = title
        assert not wrong

    def test_what_has_no_name_is_called_by_the_first_column_that_is_filled(self, app: Any, db: Any) -> None:
        at = datetime(2026, 11, 26, 14, 2, tzinfo=UTC)
        with app.test_request_context("/"):
            title = consoles["ChatMessageConsole"].title_of(Message(created_at=at, body="Hi"))
            assert title == "Message: 26 Nov 2026, 14:02 UTC"
            assert consoles["ChatMessageConsole"].title_of(Message(sender="fan")) == "Message: Fan"

    def test_a_mask_stays_in_such_a_title(self, app: Any, db: Any, declare: Callable[..., None]) -> None:
        declare("ChatMessageConsole", field_rules={"body": Masked(), "sender": Hidden()})
        with app.test_request_context("/"):
            title = consoles["ChatMessageConsole"].title_of(Message(sender="fan", body="Call me at 555"))
        assert title == "Message: •••"


def _filled(console: Any) -> Any:
    """A record of a console, not in the database, with something in every column."""
    of_kind: dict[type, Any] = {int: 1, bool: True, float: 1.0, dict: {}, list: []}
    of_kind |= {datetime: datetime(2026, 11, 26, tzinfo=UTC), date: date(2026, 11, 26)}
    item = console.datamodel.obj()
    for key, column in item.__mapper__.columns.items():
        value = new_id() if isinstance(column.type, Uuid) else of_kind.get(_kind(column), "word")
        setattr(item, key, value)
    if isinstance(item, Suggestion):
        item.kind = "tags"  # its title is a sentence for each kind
    return item


def _kind(column: Any) -> type:
    try:
        result: type = column.type.python_type
    except NotImplementedError:
        return str
    return result
