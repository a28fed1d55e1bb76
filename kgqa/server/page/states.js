// What stands in the place of an answer: that it is looked for, or that it failed, with what to do next.

import { el } from "./dom.js";

export function loading() {
  const line = (size) => el("span", { className: `line ${size}` });
  return el("div", { className: "card loading", "aria-hidden": "true" }, line("short"), line("long"), line("middle"));
}

/** An error; `again()` asks once more, `enter(key)` asks with a key. */
export function failure(problem, again, enter) {
  return el(
    "section",
    { className: "card failed", role: "alert" },
    el("h2", {}, problem.title),
    el("p", { dir: "auto" }, problem.detail),
    el("p", { className: "soft" }, problem.next),
    problem.status === 401 || problem.status === 403 ? keyForm(enter) : null,
    problem.retry ? el("button", { type: "button", className: "primary", on: { click: again } }, "Try again") : null,
  );
}

function keyForm(enter) {
  const input = el("input", { type: "password", autocomplete: "current-password", "aria-label": "The key of this service" });
  const form = el("form", { className: "key-form" }, input, el("button", { className: "primary" }, "Use this key"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value) enter(input.value);
  });
  return form;
}
