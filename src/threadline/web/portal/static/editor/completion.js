// What can be written at the cursor: types and fields of nodes, names of nodes, what templates know.

const indentOf = (line) => line.match(/^ */)[0].length;
const keyOf = (line) => line.match(/^\s*(?:- )?["']?([^"':#{}[\],]+)["']?\s*:/)?.[1].trim();

// The lines of the node around line `at`, by indentation; null outside of all nodes.
function nodeAround(lines, at) {
  let top = at;
  while (top >= 0 && !/^\s*["']?nodes["']?\s*:/.test(lines[top])) top -= 1;
  if (top < 0) return null;
  const first = lines.slice(top + 1).find((line) => line.trim() && !line.trim().startsWith("#"));
  const inner = first ? indentOf(first) : 0;
  if (inner <= indentOf(lines[top])) return null;
  let begin = at;
  while (begin > top && !(indentOf(lines[begin]) === inner && keyOf(lines[begin]))) begin -= 1;
  if (begin <= top) return null;
  let end = begin + 1;
  while (end < lines.length && (!lines[end].trim() || indentOf(lines[end]) > inner)) end += 1;
  return { begin, end, inner, text: lines.slice(begin, end).join("\n") };
}

const kindIn = (text) => text.match(/["']?\btype["']?\s*:\s*["']?([A-Za-z]+(?: [A-Za-z]+)?)/)?.[1];

// The field that the cursor is inside of: `options: {tea: |` or a line below `cases:`.
function fieldAround(lines, node, at, before) {
  const open = [...before.matchAll(/["']?(\w+)["']?\s*:\s*[[{](?=[^\]}]*$|(?:[^[\]{}]|[[{][^\]}]*[\]}])*$)/g)];
  const inline = open.map((one) => one[1]).filter((name) => name !== keyOf(lines[node.begin]));
  if (inline.length) return inline.at(-1);
  const depth = indentOf(lines[at]) || before.length;
  for (let n = at - 1; n > node.begin; n -= 1) {
    if (lines[n].trim() && indentOf(lines[n]) < depth) {
      const key = keyOf(lines[n]);
      if (key && /:\s*$/.test(lines[n])) return key;
      if (indentOf(lines[n]) <= node.inner) return null;
    }
  }
  return null;
}

const option = (label, detail, more = {}) => ({ label, detail, ...more });
const WHAT = {
  text: "text", name: "text", variable: "context variable", wire: "node", value: "value",
  list: "list", mapping: "mapping", any: "",
};

function fieldOptions(fields, written, json) {
  return fields.filter((one) => one.name !== "…" && !written.has(one.name)).map((one) => {
    const name = json ? `"${one.name}": ` : `${one.name}: `;
    return option(one.name, [WHAT[one.what], one.required ? "" : "optional"].filter(Boolean).join(", "), { apply: name, boost: one.required ? 1 : 0 });
  });
}

function inTemplate(before, words, known) {
  const hole = before.match(/\$\{([^}]*)$/)?.[1];
  const tag = before.match(/\{%-?\s*(\w*)$/);
  if (tag) return { word: tag[1], options: words.tags.map((one) => option(one, "tag")) };
  if (hole === undefined) return null;
  const filter = hole.match(/\|\s*(\w*)$/);
  if (filter) return { word: filter[1], options: words.filters.map((one) => option(one, "filter")) };
  const name = hole.match(/([\w.]*)$/)[1];
  return {
    word: name,
    options: [
      ...known().variables.map((one) => option(one, "context variable", { boost: 2 })),
      ...words.names.map((one) => option(one, "always there")),
      option("msg.payload.user.message", "what they wrote"),
    ],
  };
}

function ofNode(lines, at, before, node, words, known, json) {
  const kind = kindIn(node.text);
  const fields = words.nodes[kind] || [];
  const around = fieldAround(lines, node, at, before);
  const outer = fields.find((one) => one.name === around);
  const here = outer ? outer.inside : fields;
  const value = before.match(/["']?([\w -]+?)["']?\s*:\s*["']?([\w .-]*)$/);
  const onKeyLine = lines[at].trimStart() === before.trimStart() || /[\s,{]$/.test(before.replace(/\w*$/, ""));
  if (value && value[1] !== keyOf(lines[node.begin])) {
    const [, key, word] = value;
    if (key === "type") {
      return { word, options: Object.keys(words.nodes).map((one) => option(one, "", { info: words.about[one], apply: one })) };
    }
    const field = here.find((one) => one.name === key) || (outer && here.find((one) => one.name === "…"));
    if (field?.what === "wire") {
      return { word, options: known().nodes.map((one) => option(one.id, one.kind, { info: one.summary || undefined })) };
    }
    return null;
  }
  const key = before.match(/(?:^\s*(?:- )?|[{,]\s*)["']?(\w*)$/);
  if (!key || !onKeyLine || (at === node.begin && !/[{,]\s*["']?\w*$/.test(before)) || indentOf(lines[at]) < node.inner) return null;
  const written = new Set([...node.text.matchAll(/["']?(\w+)["']?\s*:/g)].map((one) => one[1]));
  const list = outer ? here.filter((one) => one.name !== "…") : here;
  const first = outer || written.has("type") ? [] : [option("type", "what it does", { apply: json ? '"type": "' : "type: ", boost: 3 })];
  return { word: key[1], options: [...first, ...fieldOptions(list, outer ? new Set() : written, json)] };
}

function ofBot(lines, at, before, words) {
  const value = before.match(/^["']?(\w+)["']?\s*:\s*["']?(\w*)$/);
  if (value) {
    const values = words.bot.values[value[1]];
    return values ? { word: value[2], options: values.map((one) => option(one, "")) } : null;
  }
  const key = before.match(/^(\w*)$/);
  if (!key) return null;
  const written = new Set(lines.filter((line) => indentOf(line) === 0).map(keyOf));
  const left = words.bot.fields.filter((one) => !written.has(one));
  return { word: key[1], options: left.map((one) => option(one, "of the bot", { apply: `${one}: ` })) };
}

/** A source of completions for CodeMirror. Pure but for `known()`. */
export function completer(words, known) {
  return (context) => {
    const doc = context.state.doc;
    const line = doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (/^\s*#/.test(before)) return null;
    const lines = doc.toString().split("\n");
    const at = line.number - 1;
    const json = /^\s*\{/.test(lines[0]);
    const node = nodeAround(lines, at);
    const found = inTemplate(before, words, known)
      || (node ? ofNode(lines, at, before, node, words, known, json) : ofBot(lines, at, before, words));
    if (!found || !found.options.length) return null;
    if (!context.explicit && !found.word && !/[:{,|$]\s?$/.test(before)) return null;
    return { from: context.pos - found.word.length, options: found.options, validFor: /^[\w .-]*$/ };
  };
}
