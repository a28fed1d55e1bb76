"""``kgqa inspect``."""

from __future__ import annotations

import typer

from kgqa.cli.options import GraphOption, JsonOption
from kgqa.cli.output import command


def inspect(graph: GraphOption = None, json: JsonOption = False) -> None:
    """Propose how to see a Neo4j graph that kgqa did not write: a mapping.toml, on standard output.

    Edit it, and give it to the other commands. The graph is only read, here and by all of them.

    \b  kgqa inspect --graph neo4j://localhost:7687 > mapping.toml
      kgqa index --graph neo4j://localhost:7687 --mapping mapping.toml
    """
    with command(as_json=json) as output:
        from graphdb.errors import SettingsError
        from graphdb.opening import is_neo4j
        from kgqa.settings import load_settings

        settings = load_settings(graph=graph)
        if settings.graph is None or not is_neo4j(settings.graph):
            raise SettingsError(
                f"{settings.graph or 'no graph'} cannot be inspected: give the URL of a Neo4j graph "
                "(--graph neo4j://HOST); all other graphs are kgqa's own and need no mapping"
            )
        from graphdb.neo4j import inspect as propose

        mapping = propose(settings.graph, auth=settings.neo4j_auth())
        if json:
            output.json(mapping.to_dict())
        else:
            typer.echo(mapping.to_toml(), nl=False)
