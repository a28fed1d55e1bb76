// Nodes of the graph as the service gives them: {key}, {value, type?} or {type}.

/** What tells two nodes apart, and two of the same node not. */
export function idOf(node) {
  if (typeof node === "string") return `key ${node}`;
  if (node.key !== undefined && node.key !== null) return `key ${node.key}`;
  if (node.value !== undefined && node.value !== null) return `value ${typeof node.value} ${node.value}`;
  return `type ${node.type}`;
}

/** The part of a node that the service takes to name it. */
export function plainNode(node) {
  if (node.key !== undefined && node.key !== null) return { key: node.key };
  if (node.value === undefined || node.value === null) return { type: node.type };
  return node.type ? { value: node.value, type: node.type } : { value: node.value };
}

/** An end of a fact as it is called. */
export function nameOf(end, names) {
  if (typeof end === "string") return names[end] ?? end;
  return String(end.value);
}

/** How an answer is shown. */
export function shownName(answer) {
  if (answer.value === true) return "Yes";
  if (answer.value === false) return "No";
  return answer.name;
}

/** The nodes that mentions were taken to mean, and the answers, by what tells them apart. */
export function roles(answer) {
  return {
    mentions: new Set(answer.mentions.map((mention) => idOf(mention.meaning))),
    answers: new Set(answer.answers.map(idOf)),
  };
}
