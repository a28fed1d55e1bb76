// The page: a question in the address is asked, and what comes back is shown.

import { abstentionCard, answerCard, pathsCard, readingsCard } from "./answer.js";
import * as api from "./api.js";
import { arrows, el, percent, plural } from "./dom.js";
import { cypherCard, factsCard } from "./facts.js";
import { graphCard } from "./graph.js";
import { plainNode, shownName } from "./nodes.js";
import { questionCard } from "./question.js";
import { knownCard } from "./known.js";
import { failure, loading } from "./states.js";

const PROVED = 10; // answers, at first
const MOST_PROVED = 200;
const SLOW_MS = 120; // after which it is shown that an answer is looked for

const form = document.getElementById("ask");
const input = document.getElementById("question");
const examples = document.getElementById("examples");
const result = document.getElementById("result");
const status = document.getElementById("status");

let running = null; // the request that is under way
let drawn = null; // the graph that is shown
let known = null; // what the graph can say, shown before anything is asked

// --- the address -----------------------------------------------------------------------------------------------------

/** What the address asks: a question, a reading, and meanings of its words. */
function asked() {
  const query = new URLSearchParams(location.search);
  return {
    question: query.get("q") ?? "",
    pick: Math.max(0, Number.parseInt(query.get("pick") ?? "", 10) || 0), // 0: the likeliest that has an answer
    meanings: meaningsFrom(query.get("as")),
  };
}

function meaningsFrom(text) {
  try {
    const value = JSON.parse(text ?? "{}");
    return value && typeof value === "object" && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

/** Ask something, and put it into the address, so that it can be shared and gone back to. */
function go({ question, pick = 0, meanings = {} }) {
  const query = new URLSearchParams();
  if (question) query.set("q", question);
  if (pick) query.set("pick", String(pick));
  if (Object.keys(meanings).length) query.set("as", JSON.stringify(meanings));
  const search = query.toString();
  if (`?${search}` !== location.search) history.pushState(null, "", search ? `?${search}` : location.pathname);
  return show();
}

// --- asking ----------------------------------------------------------------------------------------------------------

/** Ask what the address says, and show what comes back. */
async function show({ evidence = PROVED, anyway = false } = {}) {
  const what = asked();
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  document.title = what.question ? `${what.question} – kgqa` : "kgqa";
  if (document.activeElement !== input || !what.question) input.value = what.question;
  else if (input.value !== what.question) input.value = what.question;
  document.body.className = what.question.trim() ? "asking" : "idle";
  if (!what.question.trim()) {
    replace(known);
    say("");
    return;
  }
  const slow = setTimeout(() => replace(loading()), SLOW_MS);
  result.setAttribute("aria-busy", "true");
  say("Asking …");
  try {
    const answer = await api.ask({ ...request(what), evidence, ...(anyway ? { abstain_below: 0 } : {}) }, signal);
    clearTimeout(slow);
    present(answer, what);
  } catch (error) {
    clearTimeout(slow);
    if (signal.aborted) return;
    fail(error);
  } finally {
    if (!signal.aborted) result.removeAttribute("aria-busy");
  }
}

/** The body of a request: only what differs from what is usual. */
function request({ question, pick, meanings }) {
  const body = { question };
  if (pick) body.pick = pick;
  if (Object.keys(meanings).length) body.meanings = meanings;
  return body;
}

function fail(error) {
  const problem =
    error instanceof api.Problem
      ? error
      : new api.Problem("The answer cannot be shown", String(error), { next: "Reload the page and ask again." });
  const enter = (key) => {
    api.rememberKey(key);
    begin();
  };
  replace(failure(problem, () => show(), enter));
  say(`${problem.title}. ${problem.next}`);
}

// --- showing ---------------------------------------------------------------------------------------------------------

function present(answer, what) {
  const mean = (text, rival) =>
    go({ question: answer.question, meanings: { ...what.meanings, [text]: plainNode(rival) } });
  const pick = (number) => go({ question: answer.question, pick: number, meanings: what.meanings });
  const graph = answer.evidence.some((proof) => proof.facts.length) ? graphCard(answer, select) : null;
  const head = answer.abstained ? abstentionCard(answer, () => show({ anyway: true })) : answerCard(answer, select);
  const chosen = Object.keys(what.meanings).length || what.pick;
  replace(
    questionCard(answer, mean),
    chosen ? undo(answer.question) : null,
    head,
    graph?.card,
    answer.readings.length > 1 ? readingsCard(answer, what.pick, pick) : null,
    answer.branches.length ? pathsCard(answer) : null,
    answer.evidence.length ? factsCard(answer, () => show({ evidence: MOST_PROVED })) : null,
    answer.cypher ? cypherCard(answer.cypher) : null,
  );
  drawn = graph;
  graph?.draw();
  say(spoken(answer));
}

function undo(question) {
  const back = () => go({ question });
  return el(
    "p",
    { className: "chosen soft" },
    "This is the reading that you chose. ",
    el("button", { type: "button", className: "quiet", on: { click: back } }, "Back to the likeliest"),
  );
}

/** Let what proves an answer stand out; the same once more, or null, ends it. */
function select(id) {
  const pressed = (button) => button.getAttribute("aria-pressed") === "true";
  const buttons = [...result.querySelectorAll("button[data-node]")];
  const chosen = buttons.some((button) => button.dataset.node === id && pressed(button)) ? null : id;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.node === chosen));
  for (const row of result.querySelectorAll("[data-proof]"))
    row.classList.toggle("faint", chosen !== null && row.dataset.proof !== chosen);
  drawn?.highlight(chosen);
}

function replace(...children) {
  drawn?.end();
  drawn = null;
  result.replaceChildren(...children.filter(Boolean));
}

function say(text) {
  status.textContent = text;
}

function spoken(answer) {
  if (answer.abstained) return `No answer: ${answer.reason}`;
  const names = answer.answers.slice(0, 5).map(shownName).join(", ");
  const more = answer.answers.length > 5 ? ` and ${answer.answers.length - 5} more` : "";
  return `${plural(answer.answers.length, "answer")}, confidence ${percent(answer.confidence)}: ${names}${more}`;
}

// --- what is there before anything is asked ----------------------------------------------------------------------------

async function showExamples() {
  const { questions = [] } = await api.examples().catch(() => ({}));
  const chips = questions.map((question) =>
    el("button", { type: "button", className: "chip", dir: "auto", on: { click: () => go({ question }) } }, question),
  );
  examples.replaceChildren(el("span", { className: "soft" }, "Try"), ...chips);
  examples.hidden = !chips.length;
}

async function showSchema() {
  const schema = await api.schema().catch(() => null);
  if (!schema) return;
  const size = `${plural(schema.entities, "entity")} · ${plural(schema.facts, "fact")}`;
  document.getElementById("graph-size").textContent = size;
  known = knownCard(schema);
  if (document.body.className === "idle") replace(known);
}

function begin() {
  showExamples();
  showSchema();
  show();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  go({ question: input.value.trim() });
});
input.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || examples.hidden) return;
  event.preventDefault();
  examples.querySelector("button")?.focus();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type !== "radio";
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (event.key === "Escape" && !typing) select(null);
});
window.addEventListener("popstate", () => show());
arrows(examples, "button", input);
begin();
