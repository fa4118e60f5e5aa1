/* The messenger: one visitor, one conversation. */

import { CROSS, DRAWN, icon, linked, make, safe, unknown } from "./elements.js";
import { follow, pause, post } from "./wire.js";

const TRIES = 4;
const BETWEEN = 350;
const LONGEST_TYPING = 60_000;
const APART = 10 * 60_000;
const START = "start";

const at = (id) => document.getElementById(id);
const root = at("messenger");
const log = at("log");
const text = at("text");
const title = document.title;
const framed = window.parent !== window;
const plain = at("status").textContent === "Connecting…" ? "Online" : at("status").textContent;

const tell = (what, more = {}) => framed && window.parent.postMessage({ threadline: what, ...more }, "*");

/* What this browser keeps, for as long as it lets us. */
const kept = {
  key: `threadline/${root.dataset.address}`,
  memory: {},
  get(name) {
    try {
      return JSON.parse(localStorage.getItem(`${this.key}/${name}`)) ?? this.memory[name];
    } catch {
      return this.memory[name];
    }
  },
  set(name, value) {
    this.memory[name] = value;
    try {
      localStorage.setItem(`${this.key}/${name}`, JSON.stringify(value));
    } catch {
      // it lasts until the page is closed
    }
  },
};

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

function identity() {
  if (root.dataset.visitor) return root.dataset.visitor;
  const known = kept.get("visitor");
  if (known) return known;
  const made = random();
  kept.set("visitor", made);
  return made;
}

const visitor = identity();
const pendingKey = `pending/${visitor}`;

// What the visitor says: kept until the server has it, posted in order under one id each.

let queue = kept.get(pendingKey) ?? [];
let posting = false;
const nodes = new Map();
const unconfirmed = [];

function save() {
  kept.set(pendingKey, queue);
}

function say(type, value, words) {
  const one = { id: random(), type, value, words };
  queue.push(one);
  save();
  if (words) {
    const node = bubble(one);
    nodes.set(one.id, node);
    unconfirmed.push({ words, node });
  }
  send();
}

function bubble(one) {
  const node = entry("visitor", make("p", { class: "bubble" }, linked(one.words)));
  node.classList.add("pending");
  append(node, true);
  passed();
  return node;
}

async function send() {
  if (posting) return;
  posting = true;
  for (let tries = 0; queue.length; ) {
    const one = queue[0];
    const document = { Type: one.type, Value: one.value, CustomerReference: visitor, MessageId: one.id };
    const came = await post(root.dataset.post, document);
    if (came === "again" && (tries += 1) < TRIES && navigator.onLine) {
      await pause(500 * 2 ** tries);
      continue;
    }
    if (came === "again") {
      stuck(one);
      break;
    }
    queue.shift();
    save();
    tries = 0;
    if (came === "kept") nodes.get(one.id)?.classList.remove("pending", "failed");
    else if (one.words) fail(one, "This could not be sent.");
  }
  posting = false;
}

function stuck(one) {
  if (!one.words) return;
  if (!nodes.has(one.id)) {
    const node = bubble(one);
    nodes.set(one.id, node);
    unconfirmed.push({ words: one.words, node });
  }
  const again = make("button", { type: "button", class: "link", click: () => send() }, "Try again");
  fail(one, "Not sent yet.", again);
}

function fail(one, why, ...more) {
  const node = nodes.get(one.id);
  node.classList.add("failed");
  node.querySelector(".fault")?.remove();
  node.append(make("p", { class: "fault", role: "alert" }, why, " ", ...more));
  scroll(true);
}

function clearFaults() {
  for (const one of document.querySelectorAll(".entry:not(.failed) .fault")) one.remove();
}

// What was said: drawn in order, each for as long as it wants to stand alone.

const waiting = [];
let drawing = false;
let notBefore = 0;
let history = true;
let standing = null;
let lastTime = 0;
let lastAuthor = "";
let spoken = false;

async function draw() {
  if (drawing) return;
  drawing = true;
  while (waiting.length) {
    const { said, live } = waiting.shift();
    const bot = said.author !== "visitor";
    const wait = live && bot ? notBefore - Date.now() : 0;
    if (wait > 0) {
      type();
      await pause(wait);
    }
    show(said, live);
    if (live && bot) notBefore = Date.now() + (said.element.minimumDisplayTime * 1000 || BETWEEN);
  }
  drawing = false;
  type();
}

function show(said, live) {
  const element = said.element;
  if (said.author === "visitor") return own(said);
  if (element.type === "hostNotification" && !said.discarded) return tell("notification", { notification: element.notification });
  if (element.type === "broadcastMsg" && !said.discarded) return live && banner(said);
  const act = (chosen) => choose(said, chosen);
  let drawn = null;
  try {
    drawn = said.discarded ? null : DRAWN[element.type]?.(element, act, detail);
  } catch {
    drawn = null; // not drawn, as if it were not known
  }
  if (!drawn) {
    if (!("builder" in root.dataset)) return;
    drawn = unknown(element, said.discarded);
  }
  stamp(said.at);
  const node = entry(said.author, drawn);
  node.dataset.id = said.id;
  if (element.dir) drawn.dir = element.dir;
  append(node);
  spoken = true;
  if (live && document.hidden) document.title = `• ${title}`;
  if (live) tell("said");
}

function own(said) {
  const element = said.element;
  const words = (element.type === "markupInteraction" ? element.title || element.id : element.message) ?? "";
  passed();
  if (element.entry) mark(element.entry, element.id);
  const found = unconfirmed.findIndex((one) => one.words === words);
  if (found >= 0) {
    const { node } = unconfirmed.splice(found, 1)[0];
    node.classList.remove("pending", "failed");
    clearFaults();
    node.dataset.id = said.id;
    return;
  }
  if (element.type === "redacted") return append(entry("visitor", DRAWN.redacted()));
  if (!words.trim()) return;
  stamp(said.at);
  const node = entry("visitor", make("p", { class: "bubble" }, linked(words)));
  node.dataset.id = said.id;
  append(node);
  spoken = true;
}

/* Suggestions are gone once something was said. */
function passed() {
  for (const one of log.querySelectorAll(".passing")) one.closest(".entry").remove();
}

function mark(id, choice) {
  const node = log.querySelector(`[data-id="${CSS.escape(id)}"]`);
  for (const one of node?.querySelectorAll("[data-choice]") ?? [])
    one.classList.toggle("chosen", one.dataset.choice === choice);
}

function choose(said, chosen) {
  const event = said.element.interactionType === "event";
  if (!event) return say("message", chosen.title, chosen.title);
  mark(said.id, chosen.id);
  const value = { source: said.element.type, id: chosen.id, title: chosen.title ?? "", entry: said.id };
  say("markupInteraction", value, chosen.title || chosen.id);
}

function entry(author, drawn) {
  const node = make("div", { class: `entry ${author}` });
  if (author === "person" && lastAuthor !== "person") node.append(make("span", { class: "faint by" }, "A person"));
  node.append(make("span", { class: "hide" }, author === "visitor" ? "You:" : `${title}:`), drawn);
  node.classList.toggle("first", author !== lastAuthor);
  lastAuthor = author;
  return node;
}

function stamp(when) {
  const time = new Date(when);
  if (time - lastTime < APART) return;
  lastTime = time;
  const today = time.toDateString() === new Date().toDateString();
  const form = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  append(make("p", { class: "stamp" }, make("time", { datetime: when }, new Intl.DateTimeFormat(undefined, form).format(time))));
}

function append(node, always = false) {
  const near = always || log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  at("hello").hidden = true;
  log.append(node);
  scroll(near || history);
}

function scroll(there) {
  if (there) log.scrollTop = log.scrollHeight;
  at("newer").hidden = there || log.scrollHeight - log.scrollTop - log.clientHeight < 40;
}

// Banners and details

function banner(said) {
  const { element } = said;
  const away = () => made.remove();
  const act = (chosen) => {
    away();
    choose(said, chosen);
  };
  const options = (element.options ?? []).map((one) => {
    const url = one.url && safe(one.url);
    return url
      ? make("a", { class: "chip", href: url, target: "_blank", rel: "noopener noreferrer" }, one.urlTitle || one.title)
      : make("button", { type: "button", class: "chip", click: () => act(one) }, one.title);
  });
  const close = make("button", { type: "button", class: "plain", "aria-label": "Dismiss", click: away }, icon(CROSS));
  const made = make(
    "div",
    { class: `banner ${element.style ?? "info"}`, role: element.style === "error" ? "alert" : "status", dir: element.dir },
    make("div", {}, element.title && make("strong", {}, element.title), element.body && make("p", {}, linked(element.body)), options.length ? make("div", { class: "choices" }, ...options) : ""),
    close,
  );
  at("banners").append(made);
  const length = (element.title ?? "").length + (element.body ?? "").length;
  const life = element.delay ? element.delay * 1000 : Math.max(6000, length * 90);
  let timer = setTimeout(away, life);
  const hold = () => clearTimeout(timer);
  const go = () => (timer = setTimeout(away, life));
  for (const [name, what] of [["pointerenter", hold], ["focusin", hold], ["pointerleave", go], ["focusout", go]])
    made.addEventListener(name, what);
}

/* A page above the conversation: in a frame of its own origin, or else as a link. */
function detail(element, act) {
  const url = safe(element.url);
  const dialog = at("detail");
  const name = element.title || element.description || new URL(url).host;
  const event = element.interactionType === "event";
  const end = (id) => {
    dialog.close();
    if (event) act({ id, title: "" });
  };
  const foreign = new URL(url).origin !== location.origin && url.startsWith("https:");
  const inside = foreign
    ? make("iframe", { src: url, title: name, sandbox: "allow-scripts allow-forms allow-popups allow-same-origin", referrerpolicy: "no-referrer" })
    : make("p", { class: "notice" }, make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, "Open it in a new tab"));
  const outside = make("a", { class: "chip", href: url, target: "_blank", rel: "noopener noreferrer" }, "New tab");
  dialog.replaceChildren(
    make("header", {}, make("h2", { id: "detail-title" }, name), make("button", { type: "button", class: "plain", "aria-label": "Close", click: () => end("cancelled") }, icon(CROSS))),
    inside,
    make("footer", {}, foreign ? outside : "", make("button", { type: "button", class: "chip main", click: () => end("completed") }, "Done")),
  );
  dialog.oncancel = (closing) => {
    closing.preventDefault();
    end("cancelled");
  };
  dialog.showModal();
}

// How things stand

let typingUntil = 0;
let typingTimer;

function type() {
  const busy = standing?.waiting && Date.now() < typingUntil;
  const shown = !history && (busy || waiting.length > 0);
  at("typing").hidden = !shown;
  if (shown) scroll(at("newer").hidden);
}

function stands(now) {
  const first = history;
  if (now.waiting && !standing?.waiting) {
    typingUntil = Date.now() + LONGEST_TYPING;
    clearTimeout(typingTimer);
    typingTimer = setTimeout(type, LONGEST_TYPING + 100);
  }
  standing = now;
  trouble(now.answers ? "" : "Nobody answers right now. You can write; it is kept.");
  at("status").textContent = now.person ? "A person is here" : now.answers ? plain : "Away";
  root.classList.toggle("away", !now.answers);
  whenDrawn(first);
}

async function whenDrawn(first) {
  await draw();
  if (first) {
    history = false;
    log.setAttribute("aria-live", "polite");
    scroll(true);
    send();
  }
  type();
  if (spoken || drawing) return;
  if (standing.answers && !kept.get(`${START}/${visitor}`)) {
    kept.set(`${START}/${visitor}`, true);
    queue.push({ id: START, type: "message", value: "", words: "" });
    send();
    setTimeout(greet, 3000);
  } else greet();
}

function greet() {
  if (!spoken && !standing?.waiting) at("hello").hidden = false;
}

function trouble(words) {
  at("trouble").textContent = words;
  at("trouble").hidden = !words;
}

follow(root.dataset.events, visitor, {
  entry(said) {
    waiting.push({ said, live: !history });
    if (!history) draw();
  },
  standing(now) {
    stands(now);
    if (queue.length && !posting) send();
  },
  cut() {
    standing = null;
    type();
    trouble(navigator.onLine ? "The line is down. Trying again…" : "You are offline. What you write is sent when you are back.");
    at("status").textContent = "Connecting…";
  },
  gone(status) {
    trouble(status === 404 ? "This messenger was taken away." : "This page may not use the messenger. Load it again.");
    at("status").textContent = "Closed";
    for (const one of at("say").elements) one.disabled = true;
  },
});

// The keyboard, and what is around

function submit() {
  const words = text.value.trim();
  if (!words) return;
  text.value = "";
  grow();
  say("message", words, words);
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 132)}px`;
  at("send").disabled = !text.value.trim();
}

at("say").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
  text.focus();
});
text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
at("say-hello").addEventListener("click", () => say("message", "Hello", "Hello"));
at("newer").addEventListener("click", () => scroll(true));
function look() {
  if (log.scrollHeight - log.scrollTop - log.clientHeight < 40) at("newer").hidden = true;
}
log.addEventListener("scroll", look);
new ResizeObserver(look).observe(log);
log.addEventListener("load", () => at("newer").hidden && scroll(true), true);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.title = title;
});
addEventListener("online", () => queue.length && send());
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !at("detail").open) tell("close");
});
addEventListener("message", (event) => {
  if (framed && event.source === window.parent && event.data?.threadline === "opened") text.focus();
});
at("close").hidden = !(framed && location.hash === "#embedded");
at("close").addEventListener("click", () => tell("close"));
for (const [name, value] of Object.entries(JSON.parse(root.dataset.colours)))
  if (CSS.supports("color", value)) root.style.setProperty(name, value);
log.setAttribute("aria-live", "off");
grow();
if (!framed && matchMedia("(pointer: fine)").matches) text.focus();
tell("ready");
