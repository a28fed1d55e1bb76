"""Settings: arguments over the environment over the file, and no secrets shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphdb.errors import SettingsError
from kgqa.settings import load_settings, pick_device


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("GRAPH", "MODEL", "HOME", "DEVICE", "NEO4J_USER", "NEO4J_PASSWORD"):
        monkeypatch.delenv(f"KGQA_{name}", raising=False)


def test_arguments_over_environment_over_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().graph is None
    Path("kgqa.toml").write_text('graph = "file.db"\ndevice = "cpu"\nmodel = "m"\n')
    assert load_settings().graph == "file.db"
    monkeypatch.setenv("KGQA_GRAPH", "environment.db")
    assert load_settings(graph=None).graph == "environment.db"
    settings = load_settings(graph="argument.db")
    assert (settings.graph, settings.device, settings.model) == ("argument.db", "cpu", Path("m"))


def test_the_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_NEO4J_PASSWORD", "s3cret")
    settings = load_settings()
    assert settings.neo4j_auth() == ("neo4j", "s3cret")
    assert "s3cret" not in repr(settings) + str(settings) + settings.model_dump_json()
    monkeypatch.delenv("KGQA_NEO4J_PASSWORD")
    Path("kgqa.toml").write_text("neo4j_password = 987654\n")
    with pytest.raises(SettingsError, match="neo4j_password") as caught:
        load_settings()
    assert "987654" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_the_key_of_the_service_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_API_KEY", "s3cret")
    settings = load_settings()
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings) + str(settings) + settings.model_dump_json()
    monkeypatch.delenv("KGQA_API_KEY")
    Path("kgqa.toml").write_text("api_key = 987654\n")
    with pytest.raises(SettingsError, match="api_key") as caught:
        load_settings()
    assert "987654" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [("graph = 3\n", r"graph \(3\)"), ("grahp = 'x'\n", "grahp"), ("graph = \n", "no TOML file")],
)
def test_what_cannot_be_used_is_named(text: str, message: str) -> None:
    Path("kgqa.toml").write_text(text)
    with pytest.raises(SettingsError, match=message):
        load_settings()


def test_devices() -> None:
    assert pick_device("cpu").type == "cpu"
    for name in ("nonsense", "cuda:99"):
        with pytest.raises(SettingsError, match=name):
            pick_device(name)
