"""The web page, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from pydantic import SecretStr
from selenium.webdriver.common.keys import Keys

from kgqa import KGQA
from kgqa.server import ServerOptions
from tests.kgqa.films import Films
from tests.kgqa.server.browser import Browser, open_browser, serve

pytestmark = pytest.mark.browser

TWO_HOPS = "who directed the films that Uma Thurman acted in?"
AMBIGUOUS = "who directed Titanic?"
NO_ANSWER = "what is the shoe size of Tom Hanks?"
HOSTILE = "<img src=x onerror=alert(1)> & <b>Bold</b>"
"""The name of a film, which must never be taken for HTML."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def browser(opened: Browser) -> Iterator[Browser]:
    """The browser, as wide as a desk, light and connected; afterwards nothing may have been complained about."""
    opened.command("Emulation.clearDeviceMetricsOverride")
    opened.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    opened.errors()
    yield opened
    assert opened.errors() == []


@pytest.fixture(scope="module")
def url(opened: Browser, films: Films) -> Iterator[str]:
    """The films with their model."""
    del opened  # first: without a browser, no model is trained
    with KGQA.open(str(films.graph), model=films.model, device="cpu", read_only=True) as qa, serve(qa) as served:
        yield served


@pytest.fixture(scope="module")
def unlabelled(opened: Browser, films: Films, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The films without a model, and one more that has a hostile name."""
    del opened
    copy = films.copy(tmp_path_factory.mktemp("unlabelled") / "films")
    more = copy.folder / "more.jsonl"
    rows = (
        {"entity": "hostile", "name": HOSTILE, "types": ["film"]},
        {"subject": "Sofia Coppola", "relation": "directed", "object": "hostile"},
    )
    more.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with KGQA.open(str(copy.graph), device="cpu") as qa:
        qa.sync(more)
        with serve(qa) as served:
            yield served


def asked(browser: Browser) -> dict[str, list[str]]:
    """What the address says."""
    return parse_qs(urlsplit(browser.driver.current_url).query)


class TestAnswers:
    def test_over_two_hops(self, browser: Browser, url: str) -> None:
        browser.open(url)
        browser.ask(TWO_HOPS)
        assert browser.answers() == {"Quentin Tarantino"}
        assert browser.texts("h1.question mark") == ["Uma Thurman"]
        assert browser.text("h1.question") == TWO_HOPS
        assert "%" in browser.text(".confidence")
        assert "films that Uma Thurman acted in" in browser.text(".in-words")
        facts = browser.texts(".fact")
        assert len(facts) == 2
        assert "Quentin Tarantinodirected" in "".join(facts)
        browser.one(".graph[data-drawn] canvas")
        assert asked(browser) == {"q": [TWO_HOPS]}
        assert browser.driver.title == f"{TWO_HOPS} – kgqa"
        assert browser.texts("#status")[0].startswith("1 answer, confidence")

    def test_the_graph_is_drawn_from_the_mention_to_the_answers(self, browser: Browser, url: str) -> None:
        browser.open(f"{url}?q={quote(TWO_HOPS)}")
        browser.one(".graph[data-drawn]")
        coloured = """
            const canvas = document.querySelector('.graph canvas[data-id="layer2-node"]');
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value) => value > 0);
        """
        browser.until(lambda: browser.run(coloured), "a drawing")
        assert "from Uma Thurman to the answers" in str(browser.one(".graph").get_attribute("aria-label"))

    def test_two_mentions_stand_on_either_side_of_what_they_share(self, browser: Browser, url: str) -> None:
        browser.open(url)
        script = """
            const [edges, done] = arguments;
            const ids = [...new Set(edges.flatMap((edge) => [edge.source, edge.target]))];
            import("./static/layout.js").then(({ columns }) =>
                done(columns(ids, edges, new Set(["a", "b"]), new Set(["x", "y"]))));
        """
        edges = [{"source": s, "target": t} for s, t in (("a", "x"), ("b", "x"), ("a", "y"), ("c", "y"), ("b", "c"))]
        found = browser.driver.execute_async_script(script, edges)
        assert [sorted(column) for column in found] == [["a"], ["x", "y"], ["c"], ["b"]]
        chain = [{"source": "a", "target": "c"}, {"source": "x", "target": "c"}]
        assert browser.driver.execute_async_script(script, chain) == [["a"], ["c"], ["x"]]

    def test_what_proves_one_answer_stands_out(self, browser: Browser, url: str) -> None:
        browser.open(f"{url}?q={quote('what films did Uma Thurman act in?')}")
        assert len(browser.answers()) > 1
        first = browser.one(".answer button.item")
        first.click()
        assert first.get_attribute("aria-pressed") == "true"
        assert len(browser.all("[data-proof].faint")) == len(browser.all("[data-proof]")) - 1
        first.click()
        assert browser.all("[data-proof].faint") == []

    def test_no_answer_says_why_and_what_to_do(self, browser: Browser, url: str) -> None:
        browser.open(f"{url}?q={quote(NO_ANSWER)}")
        browser.one(".abstained")
        assert browser.text(".abstained h2") == "No answer"
        assert browser.text(".abstained .reason").endswith(".")
        assert browser.text(".abstained .soft")
        assert browser.all(".answers") == []
        assert browser.texts("#status")[0].startswith("No answer: ")

    def test_yes_and_no(self, browser: Browser, unlabelled: str) -> None:
        browser.open(f"{unlabelled}?q={quote('did Tom Hanks act in Big?')}")
        assert browser.answers() == {"Yes"}


class TestChoosing:
    def test_a_rival_is_one_click_away(self, browser: Browser, url: str) -> None:
        browser.open(f"{url}?q={quote(AMBIGUOUS)}")
        rival = browser.one(".rival")
        assert "Titanic (19" in rival.text
        first = browser.texts("#status")
        rival.click()
        browser.until(lambda: "as" in asked(browser) and browser.all(".chosen"), "the other film")
        film = json.loads(asked(browser)["as"][0])["Titanic"]["key"]
        directors = {"Titanic (1953)": {"Jean Negulesco"}, "Titanic (1997)": {"James Cameron"}}
        assert browser.answers() == directors[film]
        browser.driver.back()
        browser.until(lambda: not browser.all(".chosen") and browser.texts("#status") == first, "the first film again")

    def test_what_was_chosen_can_be_shared(self, browser: Browser, url: str) -> None:
        for film, director in (("Titanic (1953)", "Jean Negulesco"), ("Titanic (1997)", "James Cameron")):
            chosen = quote(json.dumps({"Titanic": {"key": film}}))
            browser.open(f"{url}?q={quote(AMBIGUOUS)}&as={chosen}")
            assert browser.answers() == {director}
        browser.one(".chosen button").click()
        browser.until(lambda: not browser.all(".chosen"), "the likeliest again")
        assert asked(browser) == {"q": [AMBIGUOUS]}

    def test_unlikely_rivals_show_on_request(self, browser: Browser, url: str) -> None:
        browser.open(f"{url}?q={quote(TWO_HOPS)}")
        browser.answers()
        mention = next(iter(browser.all("mark button")), None)
        if mention is not None:  # the index offers rivals only where names are alike
            assert mention.get_attribute("aria-expanded") == "false"
            mention.click()
            assert mention.get_attribute("aria-expanded") == "true"
            assert browser.one(".rival").is_displayed()

    def test_another_reading_is_picked(self, browser: Browser, unlabelled: str) -> None:
        browser.open(f"{unlabelled}?q={quote('films directed by Ridley Scott')}")
        assert browser.answers() == {"Alien", "Blade Runner", "Gladiator"}
        readings = browser.texts(".reading .words")
        other = readings.index("year of films that Ridley Scott directed")
        browser.all(".reading input")[other].click()
        browser.until(lambda: asked(browser).get("pick") == [f"{other + 1}"] and browser.all(".chosen"), "that reading")
        browser.until(lambda: readings[other] in browser.text(".in-words"), "its words")
        assert browser.answers() == {"1979", "1982", "2000"}
        assert browser.run("return document.querySelectorAll('.reading input')[arguments[0]].checked", other)

    def test_the_likeliest_reading_is_picked_where_no_answer_is_given(self, browser: Browser, unlabelled: str) -> None:
        browser.open(f"{unlabelled}?q={quote('how tall is Al Pacino?')}")
        browser.one(".abstained")
        readings = browser.texts(".reading .words")
        first = browser.all(".reading input")[0]
        assert not first.is_selected()
        first.send_keys(Keys.SPACE)
        browser.until(lambda: asked(browser).get("pick") == ["1"] and browser.all(".answer"), "the first reading")
        assert readings[0] in browser.text(".in-words")
        assert browser.answers()


class TestKeyboard:
    def test_asking_needs_no_mouse(self, browser: Browser, url: str) -> None:
        browser.open(url)
        browser.one("#examples button")
        assert browser.focused == "question"
        browser.press(Keys.ARROW_DOWN)
        first = browser.texts("#examples button")[0]
        assert browser.focused == first
        browser.press(Keys.ARROW_RIGHT)
        assert browser.focused == browser.texts("#examples button")[1]
        browser.press(Keys.ARROW_LEFT)
        browser.press(Keys.ARROW_UP)
        assert browser.focused == "question"
        browser.press(Keys.ARROW_DOWN)
        browser.press(Keys.ENTER)
        browser.until(lambda: asked(browser) == {"q": [first]}, "the example")
        browser.one("#result .card:not(.loading)")
        browser.press("/")
        assert browser.focused == "question"
        assert browser.one("#question").get_attribute("value") == first

    def test_the_focus_goes_from_the_question_to_the_answers(self, browser: Browser, url: str) -> None:
        browser.open(f"{url}?q={quote(TWO_HOPS)}")
        browser.answers()
        browser.run("document.getElementById('question').focus()")
        seen: list[str] = []
        while len(seen) < 40 and "item" not in (seen or [""])[-1]:
            browser.press(Keys.TAB)
            seen.append(str(browser.run("return document.activeElement.className")))
        assert seen[0] == "primary"
        assert seen[-1] == "item"


class TestErrors:
    def test_a_service_that_is_gone(self, browser: Browser, url: str) -> None:
        browser.open(url)
        browser.one("#examples button")
        offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        browser.command("Network.enable")
        browser.command("Network.emulateNetworkConditions", **offline)
        browser.ask(TWO_HOPS)
        assert browser.text(".failed h2") == "The service cannot be reached"
        assert "try again" in browser.text(".failed .soft")
        everything = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        browser.command("Network.emulateNetworkConditions", **everything)
        browser.one(".failed .primary").click()
        assert browser.answers() == {"Quentin Tarantino"}
        assert all("ERR_INTERNET_DISCONNECTED" in error for error in browser.errors())

    def test_what_cannot_be_asked(self, browser: Browser, url: str) -> None:
        chosen = quote(json.dumps({"Titanic": {"key": "Heat (1995)"}}))
        browser.open(f"{url}?q={quote(AMBIGUOUS)}&as={chosen}")
        assert "cannot mean" in browser.text(".failed")
        assert all("422" in error for error in browser.errors())

    def test_a_service_with_a_key(self, browser: Browser, films: Films) -> None:
        options = ServerOptions(api_key=SecretStr("s3cret"))
        with films.open() as qa, serve(qa, options) as url:
            browser.open(f"{url}?q={quote(TWO_HOPS)}")
            assert browser.text(".failed h2") == "A key is needed"
            browser.one(".key-form input").send_keys("s3cret", Keys.ENTER)
            assert browser.answers() == {"Quentin Tarantino"}
            assert "entities" in browser.text("#graph-size")
        assert all("401" in error for error in browser.errors())


class TestSafety:
    def test_what_the_graph_and_people_say_is_text(self, browser: Browser, unlabelled: str) -> None:
        browser.open(f"{unlabelled}?q={quote('films directed by Sofia Coppola')}")
        assert HOSTILE in browser.answers()
        assert any(HOSTILE in text for text in browser.texts(".item"))
        browser.ask(f"who directed {HOSTILE}?")
        browser.until(lambda: any(HOSTILE in text for text in browser.texts("h1.question")), "the question")
        browser.one("#result .card:not(.loading)")
        assert browser.all("#result img, #result b, #result script") == []

    def test_nothing_else_is_contacted(self, browser: Browser, url: str) -> None:
        browser.open(f"{url}?q={quote(TWO_HOPS)}")
        browser.one(".graph[data-drawn]")
        loaded = browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert any("cytoscape" in name for name in loaded)
        assert all(name.startswith(url) for name in loaded)


class TestScreens:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [320, 390, 820])
    def test_everything_fits(self, browser: Browser, url: str, width: int, scheme: str) -> None:
        metrics = {"width": width, "height": 800, "deviceScaleFactor": 2, "mobile": True}
        browser.command("Emulation.setDeviceMetricsOverride", **metrics)
        browser.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for question in (TWO_HOPS, AMBIGUOUS, NO_ANSWER, ""):
            browser.open(f"{url}?q={quote(question)}")
            browser.one("#result .card:not(.loading)")
            assert browser.run("return document.documentElement.scrollWidth") <= width
        background = browser.run("return getComputedStyle(document.documentElement).backgroundColor")
        red = int(background.removeprefix("rgb(").split(",")[0])
        assert red < 60 if scheme == "dark" else red > 200


def test_before_anything_is_asked_it_says_what_it_knows(browser: Browser, url: str) -> None:
    browser.open(url)
    browser.one("#examples button")
    known = browser.text(".known")
    assert "person 4" in known
    assert "directed 28" in known
    assert "rdf" not in known
    assert browser.text("#graph-size").endswith("facts")


def test_the_files_of_the_page_are_packaged() -> None:
    from kgqa.server.pages import FOLDER

    names = {path.relative_to(FOLDER).as_posix() for path in Path(FOLDER).rglob("*") if path.is_file()}
    assert {"index.html", "app.js", "style.css", "vendor/cytoscape.LICENSE"} <= names
