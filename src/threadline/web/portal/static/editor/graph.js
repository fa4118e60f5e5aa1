// The flow drawn: nodes as buttons, wires as curves, to be moved, zoomed and walked through.

const WIDTH = 208;
const HEIGHT = 62;
const READABLE = 0.58;
const SMALLEST = 0.04;
const SVG = "http://www.w3.org/2000/svg";
const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text ?? "" });
const drawn = (tag, attributes) => {
  const found = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  return found;
};
const clamp = (least, value, most) => Math.min(Math.max(value, least), most);
const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// Where everything goes, by dagre: Start above, what follows below.
function laid(dagre, graph) {
  const plan = new dagre.Graph({ multigraph: true });
  plan.setGraph({ rankdir: "TB", nodesep: 26, ranksep: 40, edgesep: 18, marginx: 16, marginy: 16 });
  plan.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) plan.setNode(node.id, { width: WIDTH, height: node.summary ? HEIGHT : 42 });
  graph.wires.forEach((wire, n) => {
    const label = short(wire.label, 22);
    plan.setEdge(wire.begin, wire.end, { label, width: label ? label.length * 6.6 + 12 : 0, height: label ? 18 : 0, labelpos: "c", n }, `${n}`);
  });
  dagre.layout(plan);
  return plan;
}

function curve(points) {
  const [first, ...rest] = points;
  let path = `M${first.x} ${first.y}`;
  for (let n = 0; n < rest.length - 1; n += 1) {
    const end = n === rest.length - 2 ? rest[n + 1] : { x: (rest[n].x + rest[n + 1].x) / 2, y: (rest[n].y + rest[n + 1].y) / 2 };
    path += ` Q${rest[n].x} ${rest[n].y} ${end.x} ${end.y}`;
  }
  return rest.length === 1 ? `${path} L${rest[0].x} ${rest[0].y}` : path;
}

// What a drawing shows and a reader of the screen has to be told.
function spoken(node, wires) {
  const ways = wires.filter((one) => one.begin === node.id);
  const told = ways.map((one) => (one.label ? `${one.label}: ${one.end}` : one.end)).join("; ");
  return [told && `leads to ${told}`, !node.reached && "no wire leads here"].filter(Boolean).join(", ");
}

/** A drawing in `parent`; `chosen(node)` is told of a click. */
export function open(dagre, { parent, chosen }) {
  const stage = make("div", "graph-stage");
  const lines = drawn("svg", { class: "graph-wires", "aria-hidden": "true" });
  const view = { x: 0, y: 0, scale: 1 };
  let graph = { nodes: [], wires: [] };
  let buttons = new Map();
  let paths = [];
  let size = { width: 1, height: 1 };
  let touched = false;
  let at = null;
  let way = [];
  parent.append(stage);

  function place() {
    stage.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    parent.classList.toggle("far", view.scale < 0.5);
  }

  function zoom(factor, x = parent.clientWidth / 2, y = parent.clientHeight / 2) {
    const scale = clamp(SMALLEST, view.scale * factor, 2);
    view.x = x - ((x - view.x) * scale) / view.scale;
    view.y = y - ((y - view.y) * scale) / view.scale;
    view.scale = scale;
    touched = true;
    place();
  }

  function fit() {
    const room = { width: parent.clientWidth, height: parent.clientHeight };
    if (room.width <= 0 || room.height <= 0) return;
    const whole = Math.min(room.width / size.width, room.height / size.height, 1);
    view.scale = clamp(SMALLEST, whole, 1);
    view.x = (room.width - size.width * view.scale) / 2;
    view.y = Math.max((room.height - size.height * view.scale) / 2, 0);
    touched = false;
    place();
  }

  // At first, as much as can be read; a long flow begins at its top.
  function begin() {
    fit();
    const start = buttons.get(graph.start) || buttons.values().next().value;
    if (view.scale >= READABLE || !start) return;
    view.scale = clamp(READABLE, parent.clientWidth / size.width, 0.8);
    const left = parent.clientWidth - size.width * view.scale;
    const middle = parent.clientWidth / 2 - (start.offsetLeft + start.offsetWidth / 2) * view.scale;
    view.x = left >= 0 ? left / 2 : clamp(left, middle, 0);
    view.y = 0;
    place();
  }

  function show(id) {
    const button = buttons.get(id);
    if (!button || !parent.clientWidth) return;
    const left = button.offsetLeft * view.scale + view.x;
    const top = button.offsetTop * view.scale + view.y;
    const right = left + button.offsetWidth * view.scale;
    const bottom = top + button.offsetHeight * view.scale;
    const edge = 12;
    if (left < edge) view.x += edge - left;
    else if (right > parent.clientWidth - edge) view.x -= right - parent.clientWidth + edge;
    if (top < edge) view.y += edge - top;
    else if (bottom > parent.clientHeight - edge) view.y -= bottom - parent.clientHeight + edge;
    place();
  }

  function select(id, follow = true) {
    at = id;
    for (const [name, button] of buttons) {
      if (name === id) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    for (const { wire, path } of paths) path.classList.toggle("at", Boolean(id) && (wire.begin === id || wire.end === id));
    if (id && follow) show(id);
  }

  // The way that the last text took.
  function mark() {
    for (const [id, one] of buttons) one.classList.toggle("passed", way.includes(id));
    for (const { wire, path } of paths) path.classList.toggle("passed", way.some((id, n) => id === wire.begin && way[n + 1] === wire.end));
  }

  function button(node, box) {
    const found = make("button", `node ${(node.kind || "broken").toLowerCase().replace(/\W/g, "")}`);
    found.type = "button";
    found.classList.toggle("unreached", !node.reached);
    found.append(make("span", "node-head"));
    found.firstChild.append(make("strong", "", node.id), make("span", "node-kind", node.kind || "?"));
    if (node.summary) found.append(make("span", "node-summary", short(node.summary, 120)));
    found.append(make("span", "hide", spoken(node, graph.wires)));
    found.title = node.reached ? node.summary : "No wire leads here.";
    Object.assign(found.style, {
      left: `${box.x - box.width / 2}px`, top: `${box.y - box.height / 2}px`, width: `${box.width}px`, height: `${box.height}px`,
    });
    found.onclick = () => { select(node.id, false); chosen(node); };
    found.onkeydown = (event) => walk(event, node);
    found.onfocus = () => show(node.id);
    return found;
  }

  // Down and up along the wires, left and right between what is beside it.
  function walk(event, node) {
    const after = graph.wires.filter((one) => one.begin === node.id).map((one) => one.end);
    const before = graph.wires.filter((one) => one.end === node.id).map((one) => one.begin);
    const row = [...buttons].filter(([, one]) => Math.abs(one.offsetTop - buttons.get(node.id).offsetTop) < 20)
      .sort(([, one], [, other]) => one.offsetLeft - other.offsetLeft).map(([id]) => id);
    const here = row.indexOf(node.id);
    const to = { ArrowDown: after[0], ArrowUp: before[0], ArrowRight: row[here + 1], ArrowLeft: row[here - 1] }[event.key];
    if (!to) return;
    event.preventDefault();
    buttons.get(to)?.focus();
  }

  function draw(next) {
    const same = JSON.stringify(next) === JSON.stringify(graph);
    if (same && stage.childElementCount) return;
    const shape = (one) => JSON.stringify([one.nodes.map((node) => [node.id, node.kind, node.summary, node.reached]), one.wires]);
    const alike = stage.childElementCount && shape(next) === shape(graph);
    graph = next;
    if (alike) {  // only lines have moved
      for (const node of graph.nodes) buttons.get(node.id).onclick = () => { select(node.id, false); chosen(node); };
      return;
    }
    const focused = [...buttons].find(([, one]) => one === document.activeElement)?.[0];
    const plan = laid(dagre, graph);
    const { width, height } = plan.graph();
    size = { width: Math.max(width || 1, 1), height: Math.max(height || 1, 1) };
    Object.assign(stage.style, { width: `${size.width}px`, height: `${size.height}px` });
    lines.setAttribute("width", size.width);
    lines.setAttribute("height", size.height);
    lines.replaceChildren(drawn("defs", {}));
    for (const kind of ["", "-at"]) {
      const tip = drawn("marker", { id: `tip${kind}`, viewBox: "0 0 8 8", refX: "7", refY: "4", markerWidth: "7", markerHeight: "7", orient: "auto", class: `tip${kind}` });
      tip.append(drawn("path", { d: "M0 0.8L7.5 4L0 7.200z" }));
      lines.firstChild.append(tip);
    }
    buttons = new Map(graph.nodes.map((node) => [node.id, button(node, plan.node(node.id))]));
    const labels = [];
    paths = plan.edges().map((edge) => {
      const told = plan.edge(edge);
      const wire = graph.wires[told.n];
      const path = drawn("path", { d: curve(told.points), class: "wire" });
      if (told.label) {
        const label = make("span", "wire-label", told.label);
        Object.assign(label.style, { left: `${told.x}px`, top: `${told.y}px` });
        label.setAttribute("aria-hidden", "true");
        labels.push(label);
      }
      lines.append(path);
      return { wire, path };
    });
    stage.replaceChildren(lines, ...labels, ...buttons.values());
    mark();
    if (!touched) begin();
    select(at && buttons.has(at) ? at : null, touched);
    if (focused) buttons.get(focused)?.focus();
  }

  parent.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = parent.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) zoom(Math.exp(-event.deltaY / 200), event.clientX - box.left, event.clientY - box.top);
    else { view.x -= event.deltaX; view.y -= event.deltaY; touched = true; place(); }
  }, { passive: false });
  const fingers = new Map();
  parent.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button") && event.pointerType === "mouse") return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  parent.addEventListener("pointermove", (event) => {
    const was = fingers.get(event.pointerId);
    if (!was) return;
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const far = (one) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
      const box = parent.getBoundingClientRect();
      zoom(far({ x: event.clientX, y: event.clientY }) / far(was), (event.clientX + other.x) / 2 - box.left, (event.clientY + other.y) / 2 - box.top);
    } else {
      view.x += event.clientX - was.x;
      view.y += event.clientY - was.y;
      touched = true;
      place();
    }
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) parent.addEventListener(end, (event) => fingers.delete(event.pointerId));
  parent.addEventListener("keydown", (event) => {
    const does = { "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: fit }[event.key];
    if (does && !event.ctrlKey && !event.metaKey) { event.preventDefault(); does(); }
  });
  parent.addEventListener("scroll", () => { parent.scrollTop = 0; parent.scrollLeft = 0; });
  new ResizeObserver(() => { if (!touched && stage.childElementCount) begin(); }).observe(parent);

  return {
    draw, select, fit, zoom,
    passed(ids) {
      way = ids;
      mark();
      if (ids.length) show(ids.at(-1));
    },
    wrong(ids) {
      for (const [id, one] of buttons) one.classList.toggle("wrong", ids.has(id));
    },
  };
}
