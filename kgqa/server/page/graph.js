// The path from the mentions to the answers, drawn from the facts that prove them.

import { card, el } from "./dom.js";
import { columns, wrapped } from "./layout.js";
import { idOf, nameOf, roles, shownName } from "./nodes.js";

const LIBRARY = "./vendor/cytoscape.esm.min.mjs"; // only loaded when there is something to draw
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const [TEXT, SMALL] = [14, 12];
const [LINE, ROW_GAP, PAD_X, PAD_Y, MARGIN] = [17, 26, 12, 8, 12];
const SMALLEST = 0.75; // of the drawing, where there is little room; what then does not fit is scrolled to

/** The card of the graph, and how to select a node in it. */
export function graphCard(answer, select) {
  const holder = el("div", { className: "graph", role: "img", "aria-label": described(answer) });
  const legend = el(
    "p",
    { className: "legend soft" },
    el("span", { className: "key is-mention" }, "mentioned"),
    el("span", { className: "key is-answer" }, "answer"),
    el("span", { className: "key" }, "on the way"),
  );
  const made = card("The path", el("div", { className: "scroll" }, holder), legend);
  const drawing = new Drawing(holder, answer, select);
  return { card: made, draw: () => drawing.start(), highlight: (id) => drawing.highlight(id), end: () => drawing.end() };
}

function described(answer) {
  const ends = answer.mentions.map((mention) => mention.meaning.name).join(" and ");
  const start = ends ? `from ${ends} ` : "";
  return `A drawing of the facts that lead ${start}to the answers. The list of facts below says the same in words.`;
}

/** Nodes and edges as Cytoscape takes them. */
function elementsOf(answer) {
  const role = roles(answer);
  const answerNames = new Map(answer.answers.map((item) => [idOf(item), shownName(item)]));
  const nodes = new Map();
  const edges = new Map();
  const add = (end) => {
    const id = idOf(end);
    const kind = role.answers.has(id) ? "answer" : role.mentions.has(id) ? "mention" : "other";
    const name = answerNames.get(id) ?? nameOf(end, answer.names);
    if (!nodes.has(id)) nodes.set(id, { id, name, kind, value: typeof end !== "string" });
    return id;
  };
  for (const proof of answer.evidence)
    for (const fact of proof.facts) {
      const [source, target] = [add(fact.subject), add(fact.object)];
      const id = JSON.stringify([source, fact.relation, target]);
      const proofs = [...(edges.get(id)?.proofs ?? []), idOf(proof)];
      edges.set(id, { id, source, target, relation: fact.relation, proofs });
    }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

const UNMEASURED = { label: "", w: 1, h: 1 };

class Drawing {
  constructor(holder, answer, select) {
    Object.assign(this, { holder, answer, select, elements: elementsOf(answer) });
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.restyle = () => this.cy?.style(styles());
    this.again = () => this.cy && this.place();
  }

  async start() {
    let cytoscape;
    try {
      ({ default: cytoscape } = await import(LIBRARY));
    } catch {
      this.holder.replaceChildren(el("p", { className: "soft" }, "The graph cannot be drawn: a file of this page is missing."));
      return;
    }
    if (!this.holder.isConnected) return;
    this.cy = cytoscape({
      container: this.holder,
      elements: [
        ...this.elements.nodes.map((node) => ({ group: "nodes", data: { ...node, ...UNMEASURED }, classes: node.kind })),
        ...this.elements.edges.map((data) => ({ group: "edges", data })),
      ],
      style: styles(),
      layout: { name: "preset" },
      userZoomingEnabled: false,
      userPanningEnabled: false,
      boxSelectionEnabled: false,
      autoungrabify: matchMedia("(pointer: coarse)").matches,
    });
    this.place();
    this.cy.on("tap", "node", (event) => this.select(event.target.hasClass("answer") ? event.target.id() : null));
    this.cy.on("tap", (event) => event.target === this.cy && this.select(null));
    this.dark.addEventListener("change", this.restyle);
    this.observer = new ResizeObserver(this.again);
    this.observer.observe(this.holder.parentElement);
    this.holder.dataset.drawn = "yes";
  }

  /** Put everything at a readable size, as wide as there is room for. */
  place() {
    const measure = measurer();
    const room = this.holder.parentElement.clientWidth;
    const narrow = room < 560;
    const { mentions, answers } = roles(this.answer);
    const ids = this.elements.nodes.map((node) => node.id);
    const found = columns(ids, this.elements.edges, mentions, answers);
    const relations = this.elements.edges.map((edge) => measure(edge.relation, SMALL));
    const least = Math.min(Math.max(0, ...relations), narrow ? 90 : 160) + (narrow ? 18 : 44);
    const gaps = Math.max(1, found.length - 1);
    const left = (room - 2 * MARGIN - least * gaps) / found.length - 2 * PAD_X;
    const most = narrow ? Math.min(Math.max(80, left), 170) : 170;
    const boxes = new Map(this.elements.nodes.map((node) => [node.id, box(node.name, most, measure)]));
    const widths = found.map((column) => Math.max(...column.map((id) => boxes.get(id).width)));
    const taken = widths.reduce((a, b) => a + b, 0) + 2 * MARGIN;
    const zoom = Math.max(SMALLEST, Math.min(1, room / (taken + least * gaps)));
    const gap = Math.min(Math.max(least, (room / zoom - taken) / gaps), 260);
    const width = Math.max(room / zoom, taken + gap * (found.length - 1));
    const heights = found.map((column) => column.reduce((sum, id) => sum + boxes.get(id).height + ROW_GAP, -ROW_GAP));
    const height = Math.max(...heights) + 2 * MARGIN + 10;
    this.holder.style.inlineSize = `${zoom * width}px`;
    this.holder.style.blockSize = `${zoom * height}px`;
    this.cy.resize();
    let x = (width - taken - gap * (found.length - 1)) / 2 + MARGIN;
    found.forEach((column, i) => {
      let y = (height - heights[i]) / 2;
      for (const id of column) {
        const { width: w, height: h, label } = boxes.get(id);
        const node = this.cy.getElementById(id);
        node.data({ label, w, h });
        node.position({ x: x + widths[i] / 2, y: y + h / 2 });
        y += h + ROW_GAP;
      }
      x += widths[i] + gap;
    });
    const place = new Map(found.flatMap((column, i) => column.map((id) => [id, i])));
    this.cy.edges().forEach((edge) => {
      const across = place.get(edge.data("target")) - place.get(edge.data("source"));
      edge.toggleClass("onward", across > 0).toggleClass("back", across < 0);
    });
    this.cy.viewport({ zoom, pan: { x: 0, y: 0 } });
  }

  /** Let what proves an answer stand out; with null, everything. */
  highlight(id) {
    if (!this.cy) return;
    this.cy.elements().removeClass("faint");
    if (id === null) return;
    const proof = this.cy.edges().filter((edge) => edge.data("proofs").includes(id));
    this.cy.elements().difference(proof.union(proof.connectedNodes())).addClass("faint");
  }

  end() {
    this.observer?.disconnect();
    this.dark.removeEventListener("change", this.restyle);
    this.cy?.destroy();
    this.cy = null;
  }
}

function measurer() {
  const context = document.createElement("canvas").getContext("2d");
  return (text, size = TEXT) => {
    context.font = `500 ${size}px ${FONT}`;
    return context.measureText(text).width;
  };
}

function box(name, most, measure) {
  const lines = wrapped(name, most, measure);
  const width = Math.max(...lines.map((line) => measure(line)));
  return { label: lines.join("\n"), width: Math.ceil(width) + 2 * PAD_X, height: lines.length * LINE + 2 * PAD_Y };
}

/** The style of the drawing, in the colours of the page. */
function styles() {
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(`--${name}`).trim();
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        "corner-radius": 10,
        width: "data(w)",
        height: "data(h)",
        label: "data(label)",
        "text-wrap": "wrap",
        "text-valign": "center",
        "text-halign": "center",
        "line-height": 1.15,
        "font-family": FONT,
        "font-size": TEXT,
        "font-weight": 500,
        color: colour("ink"),
        "background-color": colour("raised"),
        "border-width": 1.5,
        "border-color": colour("edge"),
        "overlay-opacity": 0,
      },
    },
    {
      selector: "node.mention",
      style: { "background-color": colour("mention"), "border-color": colour("mention-edge"), color: colour("mention-ink") },
    },
    {
      selector: "node.answer",
      style: { "background-color": colour("answer"), "border-color": colour("accent"), color: colour("answer-ink") },
    },
    {
      selector: "edge",
      style: {
        width: 1.5,
        "line-color": colour("edge"),
        "curve-style": "bezier",
        "target-arrow-shape": "triangle",
        "target-arrow-color": colour("edge"),
        "arrow-scale": 0.9,
        label: "data(relation)",
        "font-family": FONT,
        "font-size": SMALL,
        color: colour("soft"),
        "text-background-color": colour("card"),
        "text-background-opacity": 0.92,
        "text-background-padding": 2,
        "text-max-width": 150,
        "text-wrap": "ellipsis",
        "overlay-opacity": 0,
      },
    },
    // from side to side, so that no edge runs behind a neighbour of its end
    { selector: "edge.onward", style: { "source-endpoint": "50% 0%", "target-endpoint": "-50% 0%" } },
    { selector: "edge.back", style: { "source-endpoint": "-50% 0%", "target-endpoint": "50% 0%" } },
    { selector: ".faint", style: { opacity: 0.18 } },
  ];
}
