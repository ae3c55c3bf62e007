"""A sign-in holds until the person signs out, changes the password or is switched off."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from werkzeug.security import check_password_hash, generate_password_hash

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.queue import redis
from security import limits, people
from security.models import EndedSession
from security.names import NameTaken
from security.sessions import RETENTION, forget_old_sessions

PASSWORD = "a long and honest sentence"
Login = Callable[..., FlaskClient]


@pytest.fixture
def mia(db: Any, login: Login) -> User:
    user: User = db.get(User, login("Creator").user_id)
    user.password = generate_password_hash(PASSWORD)
    db.flush()
    db().commit_transaction()
    return user


@pytest.fixture(autouse=True)
def nobody_tried() -> Iterator[None]:
    yield
    for key in redis().scan_iter("fanz:attempts:*"):
        redis().delete(key)


def sign_in(browser: FlaskClient, username: str, password: str = PASSWORD, **query: str) -> Any:
    return browser.post("/login/", data={"username": username, "password": password}, query_string=query)


def token(
    browser: FlaskClient, username: str, password: str = PASSWORD, environ: dict[str, str] | None = None
) -> Any:
    texts = {"username": username, "password": password}
    return browser.post("/api/v1/security/login", json=texts, environ_overrides=environ or {})


def is_inside(browser: FlaskClient) -> bool:
    return browser.get("/api/v1/media/assets").status_code == 200


@pytest.fixture
def signed_in(mia: User, client: FlaskClient) -> FlaskClient:
    assert sign_in(client, mia.username).status_code == 302
    assert is_inside(client)
    return client


def copy_of(browser: FlaskClient, app: Flask) -> FlaskClient:
    """Another browser with the same cookie."""
    thief = app.test_client()
    cookie = browser.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    return thief


class TestSigningOut:
    def test_ends_every_copy_of_the_cookie(self, signed_in: FlaskClient, app: Flask) -> None:
        thief = copy_of(signed_in, app)
        assert is_inside(thief)
        signed_in.get("/logout/")
        assert not is_inside(thief)
        assert thief.get("/login/").status_code == 200  # and may sign in, instead of being sent in a circle

    def test_leaves_another_browser_of_the_same_person_alone(
        self, signed_in: FlaskClient, mia: User, app: Flask
    ) -> None:
        other = app.test_client()
        sign_in(other, mia.username)
        signed_in.get("/logout/")
        assert is_inside(other)

    def test_is_forgotten_when_the_cookie_would_have_expired(self, signed_in: FlaskClient) -> None:
        signed_in.get("/logout/")
        ended = session.query(EndedSession).one()
        forget_old_sessions()
        assert session.query(EndedSession).count() == 1
        ended.ended_at = clock.now() - RETENTION * 2
        session.flush()
        forget_old_sessions()
        assert session.query(EndedSession).count() == 0


class TestAnotherPassword:
    def test_ends_cookies_and_tokens(self, signed_in: FlaskClient, mia: User, app: Flask, db: Any) -> None:
        bearer = {"Authorization": f"Bearer {token(app.test_client(), mia.username).json['access_token']}"}
        assert app.test_client().get("/api/v1/media/assets", headers=bearer).status_code == 200
        db.get(User, mia.id).password = generate_password_hash("another sentence")
        db.flush()
        db().commit_transaction()
        assert not is_inside(signed_in)
        refused = app.test_client().get("/api/v1/media/assets", headers=bearer)
        assert refused.status_code == 401
        assert "password was changed" in refused.json["detail"]


class TestDeactivated:
    def test_login_ends_cookies_and_tokens(
        self, signed_in: FlaskClient, mia: User, app: Flask, db: Any
    ) -> None:
        bearer = {"Authorization": f"Bearer {token(app.test_client(), mia.username).json['access_token']}"}
        db.get(User, mia.id).active = False
        db.flush()
        db().commit_transaction()
        assert not is_inside(signed_in)
        assert app.test_client().get("/api/v1/media/assets", headers=bearer).status_code == 401


class TestWrongPasswords:
    def test_stop_the_name_for_a_while_even_with_the_right_one(self, mia: User, app: Flask) -> None:
        browser = app.test_client()
        for _ in range(limits.FROM_ONE_ADDRESS):
            assert token(browser, mia.username, "wrong").status_code == 401
        refused = token(browser, mia.username)
        assert (refused.status_code, refused.json["title"]) == (429, "Too many attempts")
        assert 0 < int(refused.headers["Retry-After"]) <= limits.WINDOW
        page = sign_in(browser, mia.username)
        assert page.status_code == 429
        assert "too many wrong passwords" in page.get_data(as_text=True)

    def test_are_forgotten_with_the_right_one(self, mia: User, app: Flask) -> None:
        browser = app.test_client()
        for _ in range(3):
            for _ in range(limits.FROM_ONE_ADDRESS - 1):
                token(browser, mia.username, "wrong")
            assert token(browser, mia.username).status_code == 200

    def test_with_many_names_stop_the_address_and_nobody_elsewhere(
        self, mia: User, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "FOR_ANY_NAME", 3)
        here, there = {"REMOTE_ADDR": "2001:db8:1:2::7"}, {"REMOTE_ADDR": "2001:db8:1:3::7"}
        neighbour = {"REMOTE_ADDR": "2001:db8:1:2::8"}  # the same line
        browser = app.test_client()
        for number in range(3):
            assert token(browser, f"nobody{number}", "wrong", here).status_code == 401
        assert token(browser, mia.username, environ=here).status_code == 429
        assert token(browser, mia.username, environ=neighbour).status_code == 429
        assert token(browser, mia.username, environ=there).status_code == 200

    def test_of_a_program_are_counted_for_the_security_team(self, mia: User, app: Flask, db: Any) -> None:
        token(app.test_client(), mia.username, "wrong")
        db.expire_all()
        assert db.get(User, mia.id).fail_login_count == 1


class TestTheNameAtTheSignIn:
    @pytest.mark.parametrize("shape", ["{} ", " {}", "{}\u200b", "\u00a0{}\n", "{}".upper()])
    def test_is_taken_without_what_a_phone_adds(self, mia: User, app: Flask, shape: str) -> None:
        assert token(app.test_client(), shape.format(mia.username)).status_code == 200
        assert token(app.test_client(), mia.username.upper()).status_code == 200

    def test_may_be_the_e_mail_in_any_form(self, mia: User, app: Flask, db: Any) -> None:
        user = db.get(User, mia.id)
        user.username, user.email = "josé", "josé@bücher.example"
        db.flush()
        db().commit_transaction()
        for typed in ("jose\u0301", "JOSÉ", "José@BÜCHER.example ", "jose\u0301@xn--bcher-kva.example"):
            assert token(app.test_client(), typed).status_code == 200, typed

    def test_is_counted_as_one_however_it_is_typed(self, mia: User, app: Flask, db: Any) -> None:
        user = db.get(User, mia.id)
        user.email = "mia@fanz.example"
        db.flush()
        db().commit_transaction()
        browser = app.test_client()
        for number in range(limits.FROM_ONE_ADDRESS):
            typed = (mia.username, f"{mia.username} ", "MIA@fanz.example")[number % 3]
            assert token(browser, typed, "wrong").status_code == 401
        for typed in (mia.username, "mia@fanz.example"):
            assert token(browser, typed).status_code == 429

    def test_takes_the_password_letter_by_letter(self, mia: User, app: Flask) -> None:
        assert token(app.test_client(), mia.username, f"{PASSWORD} ").status_code == 401

    @pytest.mark.parametrize("typed", ["", " ", "\u200b", "@", "a@\u200b", "x" * 3000])
    def test_that_is_nobodys_is_refused(self, mia: User, app: Flask, typed: str) -> None:
        assert token(app.test_client(), typed).status_code in {401, 422}


class TestTheOwnName:
    @pytest.mark.parametrize(
        "taken", [("Ada", "Marsh"), ("ada", "MARSH"), ("Adа", "Marsh\u200b"), ("", "Ada Marsh")]
    )
    def test_is_no_colleagues(self, db: Any, login: Login, taken: tuple[str, str]) -> None:
        ada = db.get(User, login("CRM").user_id)
        ada.first_name, ada.last_name = "Ada", "Marsh"
        db.flush()
        other = login("Community")
        form = dict(zip(("first_name", "last_name"), taken, strict=True))
        page = other.post("/userinfoeditview/form", data=form, follow_redirects=True)
        db.expire_all()
        held = db.get(User, other.user_id)
        assert (held.first_name, held.last_name) != taken
        assert page.status_code == 200

    def test_may_be_written_another_way(self, db: Any, login: Login) -> None:
        ada = login("CRM")
        ada.post("/userinfoeditview/form", data={"first_name": "Ada", "last_name": "Marsh"})
        ada.post("/userinfoeditview/form", data={"first_name": "ADA", "last_name": "Marsh"})
        db.expire_all()
        assert db.get(User, ada.user_id).first_name == "ADA"

    def test_is_given_to_nobody_else_by_the_administration(self, db: Any, login: Login) -> None:
        ada = db.get(User, login("CRM").user_id)
        ada.first_name, ada.last_name = "Ada", "Marsh"
        db.flush()
        with pytest.raises(NameTaken, match="tells you apart"):
            people.make_login(
                password=PASSWORD, username="ada2", email="ada2@x.test", first_name="Ada", last_name="Marsh"
            )


class TestSignInPage:
    @pytest.mark.parametrize("target", ["http://evil.example/", "//evil.example", "https:evil.example"])
    def test_leads_nowhere_else(self, mia: User, client: FlaskClient, target: str) -> None:
        assert sign_in(client, mia.username, next=target).headers["Location"] == "/"

    def test_brings_back_the_whole_address(self, mia: User, client: FlaskClient) -> None:
        asked = client.get("/portal/content?show=held&cursor=x")
        browser = client.post(
            asked.headers["Location"], data={"username": mia.username, "password": PASSWORD}
        )
        assert browser.headers["Location"] == "/portal/content?show=held&cursor=x"


class TestPagesOfSomebody:
    def test_are_kept_in_no_shared_cache(self, login: Login) -> None:
        answer = login("Manager").get("/")
        assert answer.headers["Cache-Control"] == "private, no-cache"


class TestTheOwnAccount:
    @pytest.mark.parametrize("role", ["Admin", "Manager", "Creator", "Fan"])
    def test_is_seen_and_changed_by_whoever_signs_in(self, db: Any, login: Login, role: str) -> None:
        item = login(role)
        page = item.get("/users/userinfo/")
        assert page.status_code == 200
        assert "resetmypassword" in page.text
        assert item.post("/users/action/resetmypassword/1").status_code == 302
        assert item.get("/resetmypassword/form").status_code == 200
        new = {"password": PASSWORD, "conf_password": PASSWORD}
        assert item.post("/resetmypassword/form", data=new).status_code == 302
        assert check_password_hash(db.get(User, item.user_id).password, PASSWORD)

    def test_is_all_that_is_seen_of_logins(self, login: Login) -> None:
        item = login("Fan")
        for path in ("/users/list/", "/users/show/1", "/users/edit/1", "/resetpassword/form?pk=1"):
            assert item.get(path).status_code in {302, 403}, path
