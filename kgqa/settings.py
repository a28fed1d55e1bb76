"""Settings: arguments over ``KGQA_*`` environment variables over the file ``kgqa.toml`` of the working directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from graphdb.errors import SettingsError

if TYPE_CHECKING:
    import torch
    from pydantic_core import ErrorDetails


class Settings(BaseSettings):
    """What is used where an argument is left out. Immutable; read when made, never at import.

    :param graph: URL of the graph (``KGQA_GRAPH``).
    :param model: directory of the model (``KGQA_MODEL``).
    :param mapping: how to see a graph in Neo4j that kgqa did not write (``KGQA_MAPPING``).
    :param home: where index and ledger of a graph on a server are kept (``KGQA_HOME``); those of a SQLite file are
        kept beside it.
    :param device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N`` (``KGQA_DEVICE``).
    :param neo4j_user: (``KGQA_NEO4J_USER``).
    :param neo4j_password: (``KGQA_NEO4J_PASSWORD``); never shown.
    :param api_key: what requests to ``kgqa serve`` must carry (``KGQA_API_KEY``); never shown.
    """

    model_config = SettingsConfigDict(env_prefix="KGQA_", toml_file="kgqa.toml", frozen=True, extra="forbid")

    graph: str | None = None
    model: Path | None = None
    mapping: Path | None = None
    home: Path = Field(default_factory=lambda: Path.home() / ".local" / "share" / "kgqa")
    device: str = "auto"
    neo4j_user: str = "neo4j"
    neo4j_password: SecretStr | None = None
    api_key: SecretStr | None = None

    def neo4j_auth(self) -> tuple[str, str] | None:
        """User and password, if a password is set."""
        return None if self.neo4j_password is None else (self.neo4j_user, self.neo4j_password.get_secret_value())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**given: Any) -> Settings:
    """The settings, with those given over all others; ``None`` counts as not given.

    :raises SettingsError: naming the setting that cannot be used.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as exc:
        # without its context, whose message shows the values, passwords too
        raise SettingsError(f"{_WHERE}: {'; '.join(_wrong(e) for e in exc.errors())}") from None
    except ValueError as exc:
        raise SettingsError(f"{_WHERE}: kgqa.toml is no TOML file ({exc})") from exc


_SECRET = {"neo4j_password", "api_key"}
_WHERE = "a setting cannot be used (argument, KGQA_* variable or kgqa.toml)"


def _wrong(error: ErrorDetails) -> str:
    name = ".".join(map(str, error["loc"]))
    value = "" if name in _SECRET else f" ({error['input']!r})"
    return f"{name}{value}: {error['msg']}"


def pick_device(name: str) -> torch.device:
    """The device of that name; ``auto`` is the GPU if there is one.

    :raises SettingsError: if there is no such device here.
    """
    import torch  # noqa: PLC0415 (seconds, that commands without a model need not wait for)

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as exc:
        raise SettingsError(f"{name!r} is no device: use auto, cpu, cuda or cuda:N") from exc
    if device.type == "cuda" and not torch.cuda.is_available():
        raise SettingsError(f"the device {name!r} was asked for, but this installation of torch sees no GPU: use cpu")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise SettingsError(f"there is no {name!r}: this machine has {torch.cuda.device_count()} GPUs, from cuda:0")
    return device
