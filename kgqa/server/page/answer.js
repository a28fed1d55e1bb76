// The answers with their confidence, or why there are none.

import { bar, card, el, percent, plural } from "./dom.js";
import { idOf, shownName } from "./nodes.js";

const SHOWN = matchMedia("(max-width: 36rem)").matches ? 10 : 24;

/** The answers; `select(id)` shows what proves one of them. */
export function answerCard(answer, select) {
  const few = answer.answers.length <= 3;
  const list = el("ul", { className: few ? "answers few" : "answers" });
  const proved = new Set(answer.evidence.map(idOf));
  const show = (items) => list.append(...items.map((item) => answerItem(item, proved, select)));
  show(answer.answers.slice(0, SHOWN));
  const hidden = answer.answers.slice(SHOWN);
  const more = el("button", { type: "button", className: "quiet" }, `Show all ${plural(answer.answers.length, "answer")}`);
  more.addEventListener("click", () => {
    more.remove();
    show(hidden);
    list.children[SHOWN].querySelector("button")?.focus();
  });
  return el(
    "section",
    { className: "card answer", "aria-label": plural(answer.answers.length, "answer") },
    el("div", { className: "answer-head" }, el("h2", {}, plural(answer.answers.length, "answer")), confidence(answer)),
    list,
    hidden.length ? more : null,
    readAs(answer),
    notes(answer),
  );
}

function answerItem(item, proved, select) {
  const content = [
    el("span", { className: "name", dir: "auto" }, shownName(item)),
    item.values?.length ? el("span", { className: "beside" }, item.values.map((node) => node.value).join(", ")) : null,
    item.types.length ? el("span", { className: "soft type" }, item.types.join(", ")) : null,
  ];
  const id = idOf(item);
  if (!proved.has(id)) return el("li", {}, el("span", { className: "item" }, content));
  const properties = { type: "button", className: "item", "aria-pressed": "false", title: "Show what proves it" };
  const button = el("button", { ...properties, "data-node": id, on: { click: () => select(id) } }, content);
  return el("li", {}, button);
}

function confidence(answer) {
  const share = answer.confidence;
  const words = share >= 0.85 ? "sure" : share >= 0.6 ? "likely" : share >= 0.35 ? "not sure" : "a guess";
  return el(
    "p",
    { className: "confidence", title: "The probability that this is what was asked" },
    el("span", { className: "soft" }, "confidence"),
    bar(share),
    el("strong", {}, percent(share)),
    el("span", { className: "soft" }, words),
  );
}

function readAs(answer) {
  const said = answer.in_words || answer.reading;
  return said ? el("p", { className: "in-words" }, el("span", { className: "soft" }, "Read as "), `“${said}”`) : null;
}

function notes(answer) {
  return answer.notes.length ? el("ul", { className: "notes" }, answer.notes.map((note) => el("li", {}, note))) : null;
}

/** Why there is no answer, and what can be done. `anyway()` asks for the best guess, where there is one. */
export function abstentionCard(answer, anyway) {
  const steps = [];
  if (answer.readings.length > 1) steps.push("Pick a reading below, if one of them is what you meant.");
  else if (answer.mentions.length) steps.push("Ask in other words, or for something else that the graph knows about it.");
  else steps.push("Name something that is in the graph; the examples show how.");
  const guess = answer.program !== null && !answer.readings.length && answer.confidence > 0;
  return el(
    "section",
    { className: "card abstained" },
    el("h2", {}, "No answer"),
    el("p", { className: "reason", dir: "auto" }, sentence(answer.reason)),
    el("p", { className: "soft" }, steps),
    guess
      ? el("button", { type: "button", on: { click: anyway } }, `Show the best guess anyway (${percent(answer.confidence)})`)
      : null,
    notes(answer),
  );
}

function sentence(text) {
  const [first = "", ...rest] = Array.from(text);
  return `${first.toUpperCase()}${rest.join("")}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** What else the question may mean; `pick(number)` takes another reading. */
export function readingsCard(answer, picked, pick) {
  const shown = answer.readings.findIndex((reading) => reading.in_words === answer.in_words);
  const current = picked || (answer.abstained ? 0 : shown + 1);
  const rows = answer.readings.map((reading, i) => {
    const radio = el("input", { type: "radio", name: "reading", checked: i + 1 === current });
    radio.addEventListener("click", () => pick(i + 1));
    return el(
      "label",
      { className: "reading" },
      radio,
      el("span", { className: "words", dir: "auto" }, reading.in_words),
      bar(reading.probability),
      el("span", { className: "soft number" }, percent(reading.probability)),
    );
  });
  return card("What the question may mean", el("fieldset", {}, el("legend", { className: "hidden" }, "Readings"), rows));
}

/** The paths that a model followed, with the probability of each step. */
export function pathsCard(answer) {
  const paths = answer.branches.map((branch) =>
    el(
      "ol",
      { className: "path" },
      el("li", { className: "seed", dir: "auto" }, branch.mention.meaning.name),
      branch.hops.map((hop) =>
        el(
          "li",
          { title: `${hop.relation}, ${hop.direction === "out" ? "from subject to object" : "from object to subject"}` },
          el("span", { className: `hop ${hop.direction}` }, hop.relation),
          el("span", { className: "soft" }, percent(hop.probability)),
        ),
      ),
    ),
  );
  return card("How it was read", ...paths);
}
