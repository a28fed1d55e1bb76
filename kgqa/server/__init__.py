"""Asking over HTTP: an app for one graph, and a server that runs it. Needs the extra ``serve``."""

from kgqa.server.app import create_app
from kgqa.server.options import ServerOptions

__all__ = ["ServerOptions", "create_app"]
