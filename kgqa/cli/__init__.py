"""The program ``kgqa``: one module for each command, and how all of them read options and report.

Nothing heavy is imported before a command needs it, so that help comes at once.
"""

from kgqa.cli.app import app, main

__all__ = ["app", "main"]
