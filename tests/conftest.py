"""What holds for all tests: which servers they need, and that it is said loudly when those were not there.

Each test with the marker of a server, or of the browser, runs in the one process that has it to itself, so that tests
in parallel processes never share one. ``KGQA_TEST_REQUIRE=neo4j,postgres,browser`` makes a run fail in which they did
not run.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import settings

SERVERS = {"neo4j": "on a server", "postgres": "on a server", "browser": "in a browser"}
_OUTCOMES = ("passed", "failed", "error", "skipped")

settings.register_profile("kgqa", deadline=None)  # a time limit for one example fails on a machine that is busy
settings.load_profile("ci" if "CI" in os.environ else "kgqa")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for server in SERVERS:
            if item.get_closest_marker(server):
                item.user_properties.append(("server", server))
                item.add_marker(pytest.mark.xdist_group(server))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for server, where in SERVERS.items():
        count = _count(terminalreporter, server)
        line = f"{server}: {count.total() - count['skipped']} tests ran {where}, {count['skipped']} were skipped"
        if count:
            terminalreporter.write_line(line, yellow=bool(count["skipped"]), green=not count["skipped"], bold=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    required = [server for server in os.environ.get("KGQA_TEST_REQUIRE", "").split(",") if server]
    if reporter is None or "PYTEST_XDIST_WORKER" in os.environ:
        return
    for server in required:
        count = _count(reporter, server)
        if not count or count["skipped"]:
            reporter.write_line(f"\nKGQA_TEST_REQUIRE names {server}, and its tests did not all run", red=True)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _count(reporter: pytest.TerminalReporter, server: str) -> Counter[str]:
    """The outcomes of the tests that need a server."""
    reports = [(outcome, report) for outcome in _OUTCOMES for report in reporter.stats.get(outcome, ())]
    return Counter(outcome for outcome, report in reports if ("server", server) in _properties(report))


def _properties(report: object) -> list[tuple[str, object]]:
    return [(name, value) for name, value in getattr(report, "user_properties", ())]
