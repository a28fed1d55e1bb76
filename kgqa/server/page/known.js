// What the graph can say: its types, relations and attributes, the most frequent first.

import { card, el } from "./dom.js";

const SHOWN = 14;
const TYPE = "rdf:type"; // the relation from entities to their types

/** What can be asked about, from the schema. */
export function knownCard(schema) {
  const attributes = schema.relations.filter((relation) => relation.literal_kinds.length);
  const relations = schema.relations.filter(({ name, literal_kinds }) => !literal_kinds.length && name !== TYPE);
  const rows = [
    row("Types", schema.types, (type) => type.text, (type) => type.entities),
    row("Relations", relations, (relation) => relation.text, (relation) => relation.facts),
    row("Attributes", attributes, (relation) => relation.text, (relation) => relation.facts),
  ];
  return card("What it knows", el("dl", { className: "known" }, ...rows.flat()));
}

function row(title, items, text, count) {
  if (!items.length) return [];
  const sorted = [...items].sort((a, b) => count(b) - count(a));
  const shown = sorted.slice(0, SHOWN).map((item) =>
    el("span", { dir: "auto" }, `${text(item)} `, el("span", { className: "soft" }, count(item).toLocaleString("en"))),
  );
  const left = sorted.length - shown.length;
  const more = left > 0 ? el("span", { className: "soft" }, `and ${left.toLocaleString("en")} more`) : null;
  return [el("dt", {}, title), el("dd", {}, ...shown, more)];
}
