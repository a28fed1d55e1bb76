"""How the service is run."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from graphdb.errors import SettingsError

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Limits and access of the service.

    :param api_key: what requests must carry, in ``X-API-Key`` or as a bearer token; ``None`` asks for none.
    :param queue: how many questions may wait for an answer; beyond that they are refused (503).
    :param batch: how many questions are answered together, at most.
    :param batch_request: how many questions one request may bring.
    :raises SettingsError: if a value cannot be used.
    """

    api_key: SecretStr | None = None
    queue: int = 512
    batch: int = 32
    batch_request: int = 256

    def __post_init__(self) -> None:
        if self.api_key is not None and not self.api_key.get_secret_value():
            raise SettingsError("the API key is empty: give KGQA_API_KEY a value, or remove it")
        for name in ("queue", "batch", "batch_request"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name}={getattr(self, name)} cannot be used: give 1 or more")
