"""``kgqa serve``."""

from __future__ import annotations

from typing import Annotated

import typer

from kgqa.cli.opening import open_model
from kgqa.cli.options import GraphOption, JsonOption, MappingOption, ModelOption
from kgqa.cli.output import command


def serve(
    graph: GraphOption = None,
    model: ModelOption = None,
    mapping: MappingOption = None,
    host: Annotated[str, typer.Option("--host", metavar="H", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port to listen at; 0 takes one that is free.")
    ] = 8000,
    json: JsonOption = False,
) -> None:
    """Answer questions over HTTP, and on a web page. Ctrl-C finishes what was begun, and ends.

    Needs the extra serve.

    \b  kgqa serve --graph films.db --model models/films
      curl -H 'content-type: application/json' -d '{"question": "who directed Alien?"}' localhost:8000/ask
    """
    with command(as_json=json) as output:
        try:
            from kgqa.server.running import run_server
        except ModuleNotFoundError as exc:
            from graphdb.errors import SettingsError

            if exc.name is None or exc.name.partition(".")[0] == "kgqa":
                raise
            raise SettingsError(
                f"the package {exc.name!r} is not installed: install kgqa with the extra serve, "
                "as in `pip install 'kgqa[serve]'`"
            ) from exc
        with open_model(graph, model, mapping) as qa:
            run_server(qa, host=host, port=port, listening=lambda url: output.text(f"Listening at {url}"))
