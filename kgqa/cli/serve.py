"""``kgqa serve``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kgqa.cli.opening import open_model
from kgqa.cli.options import GraphOption, JsonOption, LogFormat, MappingOption, ModelOption
from kgqa.cli.output import command

if TYPE_CHECKING:
    from types import ModuleType

_MIB = 2**20


def serve(
    graph: GraphOption = None,
    model: ModelOption = None,
    mapping: MappingOption = None,
    host: Annotated[str, typer.Option("--host", metavar="H", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes one that is free.")] = 8000,
    read_only: Annotated[bool, typer.Option("--read-only", help="Answer, and refuse syncs and corrections.")] = False,
    without_key: Annotated[
        bool, typer.Option("--without-key", help="Let everybody who can reach it use it, also from other machines.")
    ] = False,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="Answer to this host name alone; several can be given."),
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", metavar="S", help="Seconds that a question may take.")] = 30.0,
    sync_limit: Annotated[
        int, typer.Option("--sync-limit", metavar="MIB", min=1, help="The largest file of facts, in MiB.")
    ] = 1024,
    log_format: Annotated[LogFormat, typer.Option("--log-format", help="How log lines are written.")] = LogFormat.TEXT,
    json: JsonOption = False,
) -> None:
    """Answer questions over HTTP, and on a web page. Ctrl-C finishes what was begun, and ends.

    Needs the extra serve. Where KGQA_API_KEY is set, requests must carry it as X-API-Key or as a bearer token; without
    a key only this machine is served.

    \b  kgqa serve --graph films.db --model models/films
      curl -H 'content-type: application/json' -d '{"question": "who directed Alien?"}' localhost:8000/ask
    """
    with command(as_json=json) as output:
        running = _running()
        from kgqa.settings import load_settings

        key = load_settings().api_key
        options = running.ServerOptions(
            api_key=key,
            hosts=running.hosts_for(host, key, without_key=without_key, names=names or ()),
            read_only=read_only,
            sync_bytes=sync_limit * _MIB,
            timeout_s=timeout,
        )
        running.log_to_stderr(as_json=log_format is LogFormat.JSON)

        def listening(url: str) -> None:
            output.text(f"Listening at {url}")
            if json:
                output.json({"url": url})

        with open_model(graph, model, mapping, read_only=read_only) as qa:
            running.run_server(qa, options, host=host, port=port, listening=listening)


def _running() -> ModuleType:
    """What runs a service, if its packages are installed."""
    try:
        from kgqa.server import running
    except ModuleNotFoundError as exc:
        from graphdb.errors import SettingsError

        if exc.name is None or exc.name.startswith("kgqa"):
            raise
        raise SettingsError(
            f"the package {exc.name!r} is not installed: install kgqa with the extra serve, "
            "as in `pip install 'kgqa[serve]'`"
        ) from exc
    return running
