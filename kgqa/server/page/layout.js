// Where the nodes of a small graph stand: in columns, from the mentions to the answers.

/**
 * The columns of a graph, from left to right; each is a list of ids from top to bottom.
 *
 * A node stands as many columns from the starts as there are facts between them. Of two starts that lead to the same
 * ends, one stands on either side. Without starts in the graph, the distance from the ends counts, from the right.
 * Within a column, nodes stand near their neighbours of the last one.
 */
export function columns(ids, edges, starts, ends) {
  const near = neighbours(ids, edges);
  const from = ids.filter((id) => starts.has(id));
  const distance = between(from, near, ids, ends) ?? (from.length ? distances(from, near) : backwards(ids, near, ends));
  const last = Math.max(0, ...distance.values());
  const found = Array.from({ length: last + 1 }, () => []);
  for (const id of ids) found[distance.get(id) ?? last].push(id);
  for (let i = 1; i < found.length; i++) found[i] = nearest(found[i], found[i - 1], near);
  return found.filter((column) => column.length);
}

function neighbours(ids, edges) {
  const near = new Map(ids.map((id) => [id, []]));
  for (const { source, target } of edges) {
    near.get(source).push(target);
    near.get(target).push(source);
  }
  return near;
}

function distances(from, near) {
  const found = new Map(from.map((id) => [id, 0]));
  const queue = [...found.keys()];
  for (const id of queue)
    for (const other of near.get(id))
      if (!found.has(other)) {
        found.set(other, found.get(id) + 1);
        queue.push(other);
      }
  return found;
}

/** The columns where two starts have the ends between them; null where that is not so. */
function between(from, near, ids, ends) {
  if (from.length !== 2) return null;
  const [left, right] = from.map((id) => distances([id], near));
  const shared = ids.filter((id) => ends.has(id));
  if (!shared.length || left.get(from[1]) === 1 || shared.some((id) => !left.has(id) || !right.has(id))) return null;
  const last = Math.max(...shared.map((id) => left.get(id) + right.get(id)));
  const column = (id) => {
    if (ends.has(id) || left.get(id) <= right.get(id)) return left.get(id);
    return last - right.get(id);
  };
  return new Map(ids.map((id) => [id, column(id)]));
}

function backwards(ids, near, ends) {
  const found = distances(
    ids.filter((id) => ends.has(id)),
    near,
  );
  const last = Math.max(0, ...found.values());
  return new Map([...found].map(([id, distance]) => [id, last - distance]));
}

/** A column in the order of its neighbours in the column before. */
function nearest(column, before, near) {
  const place = new Map(before.map((id, i) => [id, i]));
  const middle = (id) => {
    const places = near.get(id).flatMap((other) => (place.has(other) ? [place.get(other)] : []));
    return places.length ? places.reduce((a, b) => a + b) / places.length : before.length;
  };
  return [...column].sort((a, b) => middle(a) - middle(b));
}

/** Words in lines of at most a width, where `measure` gives the width of a text; the third line takes what is left. */
export function wrapped(text, width, measure, most = 3) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (!lines.at(-1) || measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const kept = lines.slice(0, most);
  const cut = kept.map((line) => shortened(line, width, measure));
  if (lines.length > most) cut[most - 1] = shortened(`${kept.at(-1)} …`, width, measure);
  return cut;
}

function shortened(line, width, measure) {
  if (measure(line) <= width) return line;
  const characters = Array.from(line.replace(/ …$/, ""));
  while (characters.length > 1 && measure(`${characters.join("")}…`) > width) characters.pop();
  return `${characters.join("")}…`;
}
