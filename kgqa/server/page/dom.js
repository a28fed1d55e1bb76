// Elements. Whatever is shown becomes text: nothing is ever parsed as HTML.

/**
 * An element.
 *
 * Properties whose names have a dash are set as attributes, "on" is a map of listeners, and null children are left out.
 */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    else if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** A card with a heading. */
export function card(title, ...children) {
  return el("section", { className: "card" }, el("h2", {}, title), ...children);
}

/** A share from 0 to 1, in per cent. */
export function percent(share) {
  if (share > 0.995 && share < 1) return "> 99 %";
  if (share > 0 && share < 0.005) return "< 1 %";
  return `${Math.round(100 * share)} %`;
}

/** A count with its noun. */
export function plural(count, noun) {
  const plurals = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${count.toLocaleString("en")} ${count === 1 ? noun : plurals}`;
}

/** A bar as long as a share. */
export function bar(share) {
  const filled = el("span");
  filled.style.inlineSize = `${Math.max(1, 100 * share)}%`;
  return el("span", { className: "bar", "aria-hidden": "true" }, filled);
}

/** Move the focus among elements with the arrow keys; what is before the first is focused from it by "up". */
export function arrows(container, selector, before = null) {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  container.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const all = [...container.querySelectorAll(selector)];
    const at = all.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = at + step < 0 ? before : all[at + step];
    next?.focus();
  });
}
