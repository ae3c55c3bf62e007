from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config import Config, ConfigError, settings, table


def read(tmp_path: Path, **variables: str) -> Config:
    return Config.from_env({"FANZ_VAR": str(tmp_path / "var"), **variables})


class TestDefaults:
    def test_an_empty_environment_means_the_embedded_servers(self, tmp_path: Path) -> None:
        config = read(tmp_path)
        assert (config.database.url, config.redis.url, config.nats.url) == ("", "", "")

    def test_storage_lies_under_the_data_directory(self, tmp_path: Path) -> None:
        assert read(tmp_path).storage.url == f"file://{tmp_path}/var/storage"

    def test_the_public_address_follows_the_port(self, tmp_path: Path) -> None:
        assert read(tmp_path, PORT="8123").web.base_url == "http://127.0.0.1:8123"

    def test_an_empty_value_counts_as_absent(self, tmp_path: Path) -> None:
        assert read(tmp_path, PORT="", WEB_CONCURRENCY=" ").web.port == 8080

    def test_a_setting_of_a_system_is_read_too(self, tmp_path: Path) -> None:
        assert read(tmp_path, GATHER_MINUTES="0").chat.gather_minutes == 0


class TestSecretKey:
    def test_is_made_once_and_kept_for_the_owner_only(self, tmp_path: Path) -> None:
        first = read(tmp_path).security.secret_key
        stored = tmp_path / "var" / "secret_key"
        assert read(tmp_path).security.secret_key == first
        assert len(bytes.fromhex(first)) == 32
        assert stat.S_IMODE(stored.stat().st_mode) == 0o600

    def test_of_the_environment_wins_and_nothing_is_written(self, tmp_path: Path) -> None:
        assert read(tmp_path, SECRET_KEY="drawn from outside").security.secret_key == "drawn from outside"
        assert not (tmp_path / "var").exists()

    def test_never_shows_in_a_printed_config(self, tmp_path: Path) -> None:
        assert "from outside" not in repr(read(tmp_path, SECRET_KEY="drawn from outside"))

    def test_a_short_one_is_refused_and_not_repeated(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="SECRET_KEY must have at least 16 characters") as refusal:
            read(tmp_path, SECRET_KEY="hunter2")
        assert "hunter2" not in str(refusal.value)

    def test_a_data_directory_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "var").write_text("a file")
        with pytest.raises(ConfigError, match="FANZ_VAR"):
            read(tmp_path)


class TestClock:
    MOMENT, SINCE = "2026-11-18T10:00:00+00:00", "2027-01-01T08:30:00+00:00"

    def test_a_moment_to_start_at_reaches_every_role(self, tmp_path: Path) -> None:
        config = read(tmp_path, FANZ_CLOCK=self.MOMENT, FANZ_TESTING="1")
        assert [moment.isoformat() for moment in config.runtime.clock] == [self.MOMENT]
        pinned = read(tmp_path, FANZ_CLOCK=f"{self.MOMENT}/{self.SINCE}", FANZ_TESTING="1")
        assert pinned.environ({})["FANZ_CLOCK"] == f"{self.MOMENT}/{self.SINCE}"

    def test_is_refused_outside_tests(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="FANZ_CLOCK sets a false time and is for tests only"):
            read(tmp_path, FANZ_CLOCK=self.MOMENT)

    @pytest.mark.parametrize("text", ["yesterday", "2026-11-18T10:00:00", f"{MOMENT}/{MOMENT}/{MOMENT}"])
    def test_what_is_no_moment_is_named(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(ConfigError, match="FANZ_CLOCK must be a moment such as"):
            read(tmp_path, FANZ_CLOCK=text, FANZ_TESTING="1")

    def test_a_deployment_has_the_real_time(self, tmp_path: Path) -> None:
        config = read(tmp_path)
        assert config.runtime.clock == ()
        assert config.environ({})["FANZ_CLOCK"] == ""


class TestAddresses:
    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
    def test_every_spelling_of_postgresql_names_the_driver(self, tmp_path: Path, scheme: str) -> None:
        config = read(tmp_path, DATABASE_URL=f"{scheme}://me:pw@db/fanz")
        assert config.database.url == "postgresql+psycopg2://me:pw@db/fanz"

    def test_a_socket_address_of_postgresql_is_kept(self, tmp_path: Path) -> None:
        config = read(tmp_path, DATABASE_URL="postgresql:///fanz?host=/run/postgresql")
        assert config.database.url == "postgresql+psycopg2:///fanz?host=/run/postgresql"

    @pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "NATS_URL", "STORAGE_URL", "BASE_URL"])
    def test_a_foreign_address_is_refused_without_showing_its_password(
        self, tmp_path: Path, name: str
    ) -> None:
        with pytest.raises(ConfigError, match=name) as refusal:
            read(tmp_path, **{name: "mysql://me:hunter2@db/fanz"})
        assert "hunter2" not in str(refusal.value)

    def test_an_address_with_a_broken_port_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="REDIS_URL"):
            read(tmp_path, REDIS_URL="redis://host:port")

    def test_a_list_of_nats_servers_is_kept(self, tmp_path: Path) -> None:
        assert read(tmp_path, NATS_URL="nats://a:1,nats://b:2").nats.url == "nats://a:1,nats://b:2"

    def test_the_public_address_loses_its_last_slash(self, tmp_path: Path) -> None:
        assert read(tmp_path, BASE_URL="https://admin.example/").web.base_url == "https://admin.example"


class TestNumbers:
    @pytest.mark.parametrize("wrong", ["0", "65536", "80a", "-1", "8080.0", "١"])
    def test_a_wrong_port_is_named(self, tmp_path: Path, wrong: str) -> None:
        with pytest.raises(ConfigError, match="PORT must be a whole number from 1 to 65535"):
            read(tmp_path, PORT=wrong)

    @pytest.mark.parametrize(
        ("text", "size"), [("4GiB", 4 * 1024**3), ("500 MiB", 500 * 1024**2), ("17", 17)]
    )
    def test_a_size_may_carry_its_unit(self, tmp_path: Path, text: str, size: int) -> None:
        assert read(tmp_path, UPLOAD_MAX_BYTES=text).media.upload_max_bytes == size

    @pytest.mark.parametrize("wrong", ["0", "big", "-4GiB", "4GB5"])
    def test_a_wrong_size_is_named(self, tmp_path: Path, wrong: str) -> None:
        with pytest.raises(ConfigError, match="UPLOAD_MAX_BYTES"):
            read(tmp_path, UPLOAD_MAX_BYTES=wrong)


class TestChoices:
    @pytest.mark.parametrize(("text", "demo"), [("0", False), ("no", False), ("1", True), ("True", True)])
    def test_the_demo_is_switched_by_a_word(self, tmp_path: Path, text: str, demo: bool) -> None:
        assert read(tmp_path, FANZ_DEMO=text).runtime.demo is demo

    def test_a_word_that_is_neither_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="FANZ_DEMO must be 1 or 0"):
            read(tmp_path, FANZ_DEMO="perhaps")

    def test_the_log_level_is_read_in_any_case(self, tmp_path: Path) -> None:
        assert read(tmp_path, LOG_LEVEL="debug").runtime.log_level == "DEBUG"

    def test_an_unknown_log_level_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="LOG_LEVEL must be one of DEBUG"):
            read(tmp_path, LOG_LEVEL="chatty")


class TestEnviron:
    def test_a_child_process_reads_the_same_settings(self, tmp_path: Path) -> None:
        config = read(
            tmp_path, DATABASE_URL="postgres://db/x", FANZ_DEMO="0", UPLOAD_MAX_BYTES="1MiB", PORT="81"
        )
        assert Config.from_env(config.environ({})) == config


class TestDeclarations:
    def test_the_readme_lists_every_setting_as_it_is_declared(self) -> None:
        readme = (Path(__file__).parents[2] / "README.md").read_text()
        assert "\n".join(table()) in readme, (
            "the table of settings is `python -c 'import config; print(*config.table())'`"
        )

    def test_no_two_settings_share_a_variable(self) -> None:
        variables = [entry.variable for entry in settings()]
        assert len(variables) == len(set(variables))

    def test_a_child_process_reads_the_same_settings(self, tmp_path: Path) -> None:
        config = read(tmp_path, PORT="8123", FANZ_DEMO="0", UPLOAD_MAX_BYTES="500MiB", LOG_LEVEL="debug")
        assert Config.from_env(config.environ({})) == config
