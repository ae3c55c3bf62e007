"""A creator's way with us."""

from collections.abc import Callable
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User

from fanzadmin.contracts.crm import (
    CreatorOffboarded,
    CreatorOnboarded,
    CreatorReinstated,
    CreatorSuspended,
    LoginChanged,
)
from fanzadmin.crm import queries, service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.kernel.context import acting
from security.clusters import NoSuchCluster
from security.models import AuditEntry
from tests.crm.conftest import recorded
from tests.town import FakeRecords

pytestmark = pytest.mark.usefixtures("brands")


def roles(user: User) -> list[str]:
    return sorted(role.name for role in user.roles)


def apply(handle: str = "ada.fox", **changes: Any) -> str:
    given = {"cluster": "velvet", "name": "Ada", "email": "ada@example.test", "subscription_minor": 999}
    return service.apply_creator(handle, **{**given, **changes})


class TestApplyCreator:
    def test_an_application_waits_and_is_in_the_timeline(self, db: Any) -> None:
        creator_id = apply()
        assert db.get(Creator, creator_id).state == "applied"
        assert [line.sentence for line in queries.timeline(creator_id).lines] == ["Ada applied to Velvet."]

    def test_a_handle_is_lower_case_and_without_the_at_sign(self, db: Any) -> None:
        assert db.get(Creator, apply(" @Ada.Fox ")).handle == "ada.fox"

    @pytest.mark.parametrize("handle", ["a", "a b", ".ada", "ada.", "a..b", "ada-fox", "x" * 31, "ädа", ""])
    def test_a_handle_that_makes_no_address_is_refused(self, handle: str) -> None:
        with pytest.raises(service.HandleRefused):
            apply(handle)

    @pytest.mark.parametrize("handle", ["admin", "support", "@Portal"])
    def test_the_platforms_own_names_are_kept(self, handle: str) -> None:
        with pytest.raises(service.HandleRefused, match="kept for the platform"):
            apply(handle)

    def test_a_handle_belongs_to_one_creator_over_all_clusters(self) -> None:
        apply()
        with pytest.raises(service.HandleTaken, match=r"@ada\.fox is taken"):
            apply("ADA.FOX", cluster="ember")

    @pytest.mark.parametrize("price", [-1, 1, 99, 50_001])
    def test_a_price_outside_the_limits_is_refused(self, price: int) -> None:
        with pytest.raises(service.PriceRefused, match=r"\$1\.00 to \$500\.00"):
            apply(subscription_minor=price)

    def test_an_unknown_cluster_is_refused(self) -> None:
        with pytest.raises(NoSuchCluster):
            apply(cluster="nowhere")

    @pytest.mark.parametrize(
        ("field", "value"), [("name", "  "), ("name", "x" * 81), ("email", "no address")]
    )
    def test_a_profile_without_name_or_address_is_refused(self, field: str, value: str) -> None:
        with pytest.raises(service.ProfileIncomplete):
            apply(**{field: value})

    def test_personal_data_stays_out_of_the_audit(self, db: Any) -> None:
        creator_id = apply(legal_name="Adelaide Foxworth")
        entry = db.query(AuditEntry).filter_by(record_id=creator_id, action="create").one()
        assert "ada@example.test" not in str(entry.changes)
        assert "Foxworth" not in str(entry.changes)


class TestOnboardCreator:
    def test_a_complete_creator_may_publish(self, db: Any, creator: Creator) -> None:
        assert (creator.state, creator.joined_at is not None) == ("active", True)
        assert recorded(db, CreatorOnboarded) == [
            {"cluster": "velvet", "creator_id": creator.id, "handle": "ada.fox", "name": "Ada Fox"}
        ]

    def test_what_is_missing_is_listed(self) -> None:
        creator_id = apply(subscription_minor=0)
        with pytest.raises(service.NotReadyToPublish) as refused:
            service.onboard_creator(creator_id)
        assert refused.value.members["missing"] == [
            "A login is missing.",
            "The legal name for the contract is missing.",
            "The subscription price is missing.",
        ]

    def test_nobody_publishes_without_a_verified_identity_record(
        self, db: Any, applicant: str, records: FakeRecords, login: Callable[..., Any]
    ) -> None:
        user = db.get(User, login(None).user_id)
        service.give_login(applicant, username=user.username)
        records.unverified.add(applicant)
        with pytest.raises(service.NotReadyToPublish, match="identity record is not verified"):
            service.onboard_creator(applicant)
        records.unverified.clear()
        service.onboard_creator(applicant)
        assert db.get(Creator, applicant).state == "active"

    def test_twice_is_once(self, db: Any, creator: Creator) -> None:
        with pytest.raises(service.WrongState, match="Ada Fox is active and cannot be onboarded"):
            service.onboard_creator(creator.id)
        assert len(recorded(db, CreatorOnboarded)) == 1

    @pytest.mark.parametrize("creator_id", ["01900000-0000-7000-8000-000000000001", "no id", ""])
    def test_nobody_cannot_be_onboarded(self, creator_id: str) -> None:
        with pytest.raises(service.NoSuchCreator):
            service.onboard_creator(creator_id)


class TestBeginOnboarding:
    def test_a_colleague_takes_an_application_on(
        self, db: Any, applicant: str, login: Callable[..., Any]
    ) -> None:
        manager = login("CRM").user_id
        service.begin_onboarding(applicant, by_user_id=manager)
        creator = db.get(Creator, applicant)
        assert (creator.state, creator.manager_user_id) == ("onboarding", manager)

    def test_only_an_application_can_be_taken_on(self, creator: Creator) -> None:
        with pytest.raises(service.WrongState):
            service.begin_onboarding(creator.id)

    def test_the_creator_may_open_the_portal_to_hand_in_the_record(
        self, db: Any, applicant: str, login: Callable[..., Any]
    ) -> None:
        client = login(None)
        service.give_login(applicant, username=db.get(User, client.user_id).username)
        db().commit_transaction()  # a refused request rolls back
        assert client.get("/portal/people").status_code == 403
        service.begin_onboarding(applicant)
        db().commit_transaction()
        assert client.get("/portal/people").status_code == 200


class TestAssignManager:
    def test_a_colleague_takes_care_of_the_creator(
        self, db: Any, creator: Creator, login: Callable[..., Any]
    ) -> None:
        colleague = db.get(User, login("CRM").user_id)
        service.assign_manager(creator.id, username=colleague.username)
        assert creator.manager_user_id == colleague.id
        assert queries.timeline(creator.id).lines[0].kind == "manager"

    @pytest.mark.parametrize("role", ["Creator", "Fan", "Security"])
    def test_whoever_may_not_change_creators_manages_none(
        self, db: Any, creator: Creator, login: Callable[..., Any], role: str
    ) -> None:
        with pytest.raises(service.NoSuchManager):
            service.assign_manager(creator.id, username=db.get(User, login(role).user_id).username)
        with pytest.raises(service.NoSuchManager):
            service.assign_manager(creator.id, username="ghost")


class TestGiveLogin:
    def test_a_creator_signs_in_with_the_named_login(
        self, db: Any, applicant: str, login: Callable[..., Any]
    ) -> None:
        user = db.get(User, login("Creator").user_id)
        service.give_login(applicant, username=user.username)
        assert db.get(Creator, applicant).user_id == user.id

    def test_a_login_serves_one_creator(self, db: Any, creator: Creator) -> None:
        other = apply("other")
        with pytest.raises(service.LoginTaken):
            service.give_login(other, username=db.get(User, creator.user_id).username)

    def test_an_unknown_login_is_said(self, applicant: str) -> None:
        with pytest.raises(service.NoSuchLogin, match="Nobody signs in as ghost"):
            service.give_login(applicant, username="ghost")


class TestLoginChanged:
    def test_the_new_login_may_and_the_old_one_may_not_any_more(
        self, db: Any, creator: Creator, login: Callable[..., Any]
    ) -> None:
        old, new = db.get(User, creator.user_id), db.get(User, login(None).user_id)
        service.give_login(creator.id, username=new.username)
        assert (roles(old), roles(new)) == ([], ["Creator"])
        assert recorded(db, LoginChanged) == [
            {"cluster": "velvet", "creator_id": creator.id, "user_id": new.id, "former_user_id": old.id}
        ]

    def test_the_same_login_again_is_no_change(self, db: Any, creator: Creator) -> None:
        service.give_login(creator.id, username=db.get(User, creator.user_id).username)
        assert recorded(db, LoginChanged) == []
        assert roles(db.get(User, creator.user_id)) == ["Creator"]

    def test_an_applicants_login_gets_the_role_with_the_onboarding(
        self, db: Any, applicant: str, login: Callable[..., Any]
    ) -> None:
        user = db.get(User, login(None).user_id)
        service.give_login(applicant, username=user.username)
        assert roles(user) == []
        service.onboard_creator(applicant)
        assert roles(user) == ["Creator"]

    def test_the_roles_are_in_the_audit(self, db: Any, creator: Creator, login: Callable[..., Any]) -> None:
        new = db.get(User, login(None).user_id)
        service.give_login(creator.id, username=new.username)
        db.flush()
        entries = db.query(AuditEntry).filter_by(table_name="ab_user", record_id=str(new.id))
        assert {"roles": ["none", "Creator"]} in [entry.changes for entry in entries]


class TestSuspendCreator:
    def test_a_suspended_creator_may_not_publish_and_knows_why(self, db: Any, creator: Creator) -> None:
        service.suspend_creator(creator.id, reason="Record expired.")
        assert (creator.state, creator.state_reason) == ("suspended", "Record expired.")
        assert recorded(db, CreatorSuspended)[0]["reason"] == "Record expired."

    def test_a_reason_is_needed(self, creator: Creator) -> None:
        with pytest.raises(service.ProfileIncomplete, match="Say why"):
            service.suspend_creator(creator.id, reason=" ")

    def test_an_applicant_cannot_be_suspended(self, applicant: str) -> None:
        with pytest.raises(service.WrongState):
            service.suspend_creator(applicant, reason="x")

    def test_the_neighbours_creator_does_not_exist_for_a_colleague_of_another_cluster(
        self, creator: Creator
    ) -> None:
        with acting(clusters=frozenset({"ember"})), pytest.raises(service.NoSuchCreator):
            service.suspend_creator(creator.id, reason="x")
        assert creator.state == "active"


class TestReinstateCreator:
    def test_a_reinstated_creator_publishes_again(self, db: Any, creator: Creator) -> None:
        service.suspend_creator(creator.id, reason="x")
        service.reinstate_creator(creator.id)
        assert (creator.state, creator.state_reason) == ("active", "")
        assert len(recorded(db, CreatorReinstated)) == 1

    def test_an_active_creator_cannot_be_reinstated(self, creator: Creator) -> None:
        with pytest.raises(service.WrongState):
            service.reinstate_creator(creator.id)


class TestOffboardCreator:
    def test_a_creator_leaves_once(self, db: Any, creator: Creator) -> None:
        service.offboard_creator(creator.id, reason="Moved on.")
        assert creator.state == "offboarded"
        with pytest.raises(service.WrongState):
            service.offboard_creator(creator.id, reason="again")
        assert len(recorded(db, CreatorOffboarded)) == 1


class TestUpdateProfile:
    def test_only_what_is_given_changes(self, creator: Creator) -> None:
        service.update_profile(
            creator.id, about="  Hello. ", tier="star", legal_name="A. F.", email="a@b.test"
        )
        assert (creator.name, creator.about, creator.tier) == ("Ada Fox", "Hello.", "star")
        assert (creator.legal_name, creator.email) == ("A. F.", "a@b.test")

    def test_a_new_price_is_in_the_timeline(self, creator: Creator) -> None:
        service.update_profile(creator.id, subscription_minor=1299)
        assert (
            queries.timeline(creator.id).lines[0].sentence
            == "A subscription costs $12.99 a month from now on."
        )

    def test_a_profile_changes_where_it_is_said_and_there_must_be_one(self, creator: Creator) -> None:
        service.update_profile(creator.id, name="Ada F.")
        assert creator.name == "Ada F."
        with pytest.raises(service.NoSuchCreator):
            service.update_profile("", name="Unknown")
