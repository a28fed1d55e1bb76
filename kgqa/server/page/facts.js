// The facts that prove the answers, and the query.

import { card, el, plural } from "./dom.js";
import { idOf, nameOf, roles, shownName } from "./nodes.js";

const SHOWN = 6;

/** The proofs, one for each answer. */
export function factsCard(answer, proveAll) {
  const role = roles(answer);
  const byId = new Map(answer.answers.map((item) => [idOf(item), shownName(item)]));
  const rows = answer.evidence.map((proof) => proofRow(proof, byId.get(idOf(proof)) ?? "", answer.names, role));
  const list = el("ol", { className: "proofs" }, rows.slice(0, SHOWN));
  const more = el("button", { type: "button", className: "quiet" }, `Show all ${plural(rows.length, "proof")}`);
  more.addEventListener("click", () => {
    more.remove();
    list.append(...rows.slice(SHOWN));
  });
  const left = answer.answers.length - answer.evidence.length;
  return card(
    "Facts that prove it",
    list,
    rows.length > SHOWN ? more : null,
    left > 0
      ? el(
          "p",
          { className: "soft" },
          `${answer.evidence.length} of ${plural(answer.answers.length, "answer")} are proved here. `,
          el("button", { type: "button", className: "quiet", on: { click: proveAll } }, "Prove more"),
        )
      : null,
  );
}

function proofRow(proof, name, names, role) {
  return el(
    "li",
    { "data-proof": idOf(proof) },
    el("h3", { dir: "auto" }, name),
    el("ul", {}, proof.facts.map((fact) => el("li", { className: "fact" }, ...factParts(fact, names, role)))),
  );
}

function factParts(fact, names, role) {
  return [
    endOf(fact.subject, names, role),
    el("span", { className: "relation" }, fact.relation),
    endOf(fact.object, names, role),
    ...Object.entries(fact.properties).map(([name, value]) =>
      el("span", { className: "property soft" }, `${name}: ${[value].flat().join(", ")}`),
    ),
  ];
}

function endOf(end, names, role) {
  const id = idOf(end);
  const kind = role.answers.has(id) ? "is-answer" : role.mentions.has(id) ? "is-mention" : "";
  return el("span", { className: `end ${kind}`, dir: "auto" }, nameOf(end, names));
}

/** The Cypher that was run, to copy. */
export function cypherCard(cypher) {
  const code = el("code", {}, coloured(cypher));
  const button = el("button", { type: "button", className: "quiet copy" }, "Copy");
  button.addEventListener("click", async () => {
    button.textContent = (await copy(cypher, code)) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  const note = el("p", { className: "soft" }, "This is the query that was run. It can be pasted into Neo4j Browser.");
  const made = card("Cypher", note, el("pre", { tabIndex: 0 }, code));
  made.querySelector("h2").after(button);
  made.classList.add("cypher");
  return made;
}

async function copy(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(shown); // without HTTPS there is no clipboard: what is selected can be copied
    return false;
  }
}

const TOKENS =
  /('(?:\\.|[^'\\])*'|`[^`]*`)|(\$\w+)|(:param|\b(?:CALL|UNWIND|MATCH|OPTIONAL|WHERE|WITH|RETURN|ORDER BY|LIMIT|DISTINCT|AS|IN|AND|OR|NOT|XOR|UNION|ALL|EXISTS|COUNT|COLLECT|CASE|WHEN|THEN|ELSE|END|IS|NULL|CONTAINS|STARTS|DESC|ASC|DESCENDING|ASCENDING))\b/g;

/** A query with its strings, parameters and keywords in colour. */
function coloured(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    const kind = match[1] ? "string" : match[2] ? "parameter" : "keyword";
    parts.push(text.slice(at, match.index), el("span", { className: kind }, match[0]));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}
