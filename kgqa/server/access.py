"""The API key."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from kgqa.server.problems import NO_KEY, ProblemError
from kgqa.server.service import Serving

_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="The key that the service was started with.")
_BEARER = HTTPBearer(auto_error=False, description="The same key as a bearer token.")


async def require_key(
    service: Serving,
    header: Annotated[str | None, Depends(_HEADER)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> None:
    """Let only those pass who know the key.

    :raises ProblemError: for all others.
    """
    key = service.options.api_key
    given = header or (bearer.credentials if bearer else "")
    # what came as bytes was read as Latin-1
    if key is None or not secrets.compare_digest(given.encode("latin-1"), key.get_secret_value().encode()):
        detail = "give the key of this service in the header X-API-Key, or as a bearer token"
        raise ProblemError(NO_KEY, detail)
