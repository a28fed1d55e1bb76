// The question as it was read: its mentions highlighted, and what else they might mean.

import { bar, el, percent } from "./dom.js";
import { idOf } from "./nodes.js";

const LIKELY = 0.02; // of a rival that is shown at once

/** The question with its mentions; `mean(text, rival)` asks again with another meaning. */
export function questionCard(answer, mean) {
  const mentions = inOrder(answer.mentions);
  const lines = mentions.map((mention, number) => meaningLine(mention, number, mean));
  const shown = lines.filter((_, number) => mentions[number].rivals.length || !isPlain(mentions[number]));
  return el(
    "div",
    { className: "asked" },
    el("h1", { className: "question", dir: "auto" }, highlighted(answer.question, mentions, lines)),
    shown.length ? el("ul", { className: "meanings" }, shown) : null,
  );
}

/** Mentions from left to right; of those that overlap, the first and longest. */
function inOrder(mentions) {
  const kept = [];
  for (const mention of [...mentions].sort((a, b) => a.start - b.start || b.end - a.end))
    if (mention.end > mention.start && mention.start >= (kept.at(-1)?.end ?? 0)) kept.push(mention);
  return kept;
}

function highlighted(question, mentions, lines) {
  const characters = Array.from(question); // the service counts code points
  const parts = [];
  let at = 0;
  mentions.forEach((mention, number) => {
    parts.push(characters.slice(at, mention.start).join(""));
    parts.push(mark(mention, lines[number]));
    at = mention.end;
  });
  return [...parts, characters.slice(at).join("")];
}

/** Whether a mention is the name of what it means, so that there is nothing to say. */
function isPlain({ text, meaning }) {
  return text.toLowerCase() === meaning.name.toLowerCase();
}

/** The words of a mention; a button if there is something to choose. */
function mark(mention, line) {
  if (!mention.rivals.length) return el("mark", { title: mention.meaning.types.join(", ") }, mention.text);
  const toggle = () => {
    line.hidden = !line.hidden;
    button.setAttribute("aria-expanded", String(!line.hidden));
    if (!line.hidden) line.querySelector("button")?.focus();
  };
  const button = el(
    "button",
    { type: "button", "aria-expanded": String(!line.hidden), "aria-controls": line.id, on: { click: toggle } },
    mention.text,
  );
  return el("mark", { className: "choice" }, button);
}

/** What a mention was taken to mean, and its rivals; at first only shown where one of them is likely. */
function meaningLine(mention, number, mean) {
  const { meaning, rivals } = mention;
  const likely = rivals.some((rival) => rival.name === meaning.name || rival.probability >= LIKELY);
  return el(
    "li",
    { id: `meaning-${number}`, hidden: rivals.length > 0 && !likely },
    el("span", { className: "read-as" }, `“${mention.text}” was read as `, described(meaning)),
    rivals.length
      ? el(
          "div",
          { className: "rivals", role: "group", "aria-label": `Did you mean something else by “${mention.text}”?` },
          el("span", { className: "soft" }, "Did you mean"),
          rivals.map((rival) => rivalButton(mention, rival, mean)),
        )
      : null,
  );
}

function rivalButton(mention, rival, mean) {
  return el(
    "button",
    {
      type: "button",
      className: "chip rival",
      title: `Ask again with this meaning. Probability ${percent(rival.probability)}`,
      on: { click: () => mean(mention.text, rival) },
    },
    described(rival),
    bar(rival.probability),
  );
}

/** A meaning with what tells it from others of its name. */
function described(meaning) {
  const types = idOf(meaning).startsWith("type ") ? ["a type"] : meaning.types;
  const key = meaning.key && meaning.key !== meaning.name ? meaning.key : "";
  return el(
    "span",
    { className: "described" },
    el("strong", { dir: "auto" }, meaning.name),
    types.length ? el("span", { className: "soft" }, types.join(", ")) : null,
    key ? el("code", { className: "soft" }, key) : null,
  );
}
