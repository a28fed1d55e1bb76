"""How the service is run."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass, fields

from pydantic import SecretStr

from graphdb.errors import SettingsError

_MIB = 2**20


LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Access to the service, and its limits.

    :param api_key: what requests must carry, in ``X-API-Key`` or as a bearer token; ``None`` asks for none.
    :param hosts: the names by which the service may be called; ``None`` for any. While there is no key, a name that
        somebody else gave to this machine must not be one of them: pages of theirs could ask and sync.
    :param read_only: whether syncs and corrections are refused.
    :param request_bytes: the largest request, but for ``/sync``.
    :param sync_bytes: the largest file of facts.
    :param timeout_s: how long a request may take, but for ``/sync``, in seconds.
    :param sync_timeout_s: how long a client waits for a sync, in seconds; one that has begun goes on.
    :param queue: how many questions may wait for an answer; beyond that they are refused (503).
    :param batch: how many questions are answered together, at most.
    :param batch_request: how many questions one request may bring.
    :param syncs: how many syncs may wait or run; beyond that they are refused (503).
    :raises SettingsError: if a value cannot be used.
    """

    api_key: SecretStr | None = None
    hosts: frozenset[str] | None = LOCAL_NAMES
    read_only: bool = False
    request_bytes: int = 1 * _MIB
    sync_bytes: int = 1024 * _MIB
    timeout_s: float = 30.0
    sync_timeout_s: float = 600.0
    queue: int = 512
    batch: int = 32
    batch_request: int = 256
    syncs: int = 4

    def __post_init__(self) -> None:
        if self.api_key is not None and not self.api_key.get_secret_value():
            raise SettingsError("the API key is empty: give KGQA_API_KEY a value, or remove it")
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int | float) and field.name != "read_only" and value <= 0:
                raise SettingsError(f"{field.name}={value} cannot be used: give more than 0")


def hosts_for(
    host: str, api_key: SecretStr | None, *, without_key: bool = False, names: Collection[str] = ()
) -> frozenset[str] | None:
    """The names by which a service that listens at a host may be called; ``None`` for any.

    :param without_key: whether everybody who can reach it may use it, on purpose.
    :param names: the only ones, if any are given.
    :raises SettingsError: if it listens to other machines, has no key, and nobody said that this is meant.
    """
    if api_key is None and not without_key and not _is_local(host):
        raise SettingsError(
            f"at {host}, other machines can ask this graph and write to it: set KGQA_API_KEY to a key that requests "
            "must carry, listen at 127.0.0.1, or say with --without-key that everybody may"
        )
    if names:
        return frozenset(name.lower() for name in names)
    return None if api_key is not None or without_key else LOCAL_NAMES


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
