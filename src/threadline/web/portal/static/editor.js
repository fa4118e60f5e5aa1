// The editor of a bot: keeps its text, what is wrong in it, its graph and the draft in step.

import { open as openGraph } from "./editor/graph.js";
import { open as openSource } from "./editor/source.js";
import { open as openTrial } from "./editor/trial.js";

const LOOK_AFTER = 300;
const SAVE_AFTER = 1500;
const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const data = (id) => JSON.parse(document.getElementById(id).textContent);
const time = () => new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(new Date());

class BotEditor extends HTMLElement {
  async connectedCallback() {
    if (this.source) return;
    this.form = this.querySelector("form#draft");
    this.area = this.form.elements.source;
    this.mayWrite = this.dataset.write === "yes";
    this.looked = data("looked");
    this.saved = this.dataset.unsent === "yes" ? null : this.area.value;
    const [cm, dagre] = await Promise.all([import(this.dataset.codemirror), import(this.dataset.dagre)]);
    const keys = this.mayWrite ? { "Mod-s": () => this.save(), "Mod-Enter": () => this.publish() } : {};
    this.area.hidden = true;
    this.source = openSource(cm, {
      parent: this.querySelector("[data-source]"), text: this.area.value, nonce: this.dataset.nonce,
      readOnly: !this.mayWrite, label: "The bot's text", words: data("words"),
      known: () => ({ nodes: this.looked.graph?.nodes || [], variables: this.looked.variables }),
      changed: () => this.changed(), moved: (line) => this.moved(line), keys,
    });
    const drawing = this.querySelector("[data-graph]");
    if (drawing) {
      this.graph = openGraph(dagre, {
        parent: drawing,
        chosen: (node) => { this.open("text"); this.source.goTo(node.line); },
      });
      for (const [name, does] of [["in", () => this.graph.zoom(1.25)], ["out", () => this.graph.zoom(0.8)], ["fit", () => this.graph.fit()]]) {
        this.querySelector(`[data-zoom="${name}"]`).addEventListener("click", does);
      }
    }
    const trial = this.querySelector("[data-trial]");
    if (trial) {
      openTrial({
        parent: trial,
        ask: (text, state) => this.act("try", { text, state, source: this.source.text() }),
        passed: (steps) => this.graph?.passed(steps.map((one) => one.node)),
        goTo: (step) => { if (step.line) { this.open("text"); this.source.goTo(step.line); } },
      });
    }
    this.listen();
    this.told(this.looked);
    this.classList.add("ready");
    this.moved(this.source.line());
    this.hear();
  }

  listen() {
    for (const tab of this.querySelectorAll("[data-tab]")) {
      tab.addEventListener("click", () => this.open(tab.dataset.tab));
    }
    this.querySelector(".tabs").addEventListener("keydown", (event) => {
      const tabs = [...this.querySelectorAll("[data-tab]")];
      const to = tabs[tabs.indexOf(event.target) + { ArrowRight: 1, ArrowLeft: -1 }[event.key]];
      if (to) { to.focus(); this.open(to.dataset.tab); }
    });
    this.querySelector("[data-publish]")?.addEventListener("click", () => this.publish());
    const dialog = this.querySelector("#publishing");
    dialog?.addEventListener("close", () => { if (dialog.returnValue === "publish") this.reallyPublish(dialog.querySelector("input").value); });
    for (const one of this.querySelectorAll("[data-keep]")) one.addEventListener("click", () => this.keep());
    for (const one of this.querySelectorAll("[data-theirs]")) one.addEventListener("click", () => { this.leaving = true; location.assign(location.pathname); });
    for (const kbd of this.ownerDocument.querySelectorAll("kbd[data-mod]")) kbd.textContent = APPLE ? "⌘" : "Ctrl";
    this.addEventListener("submit", (event) => { if (event.target.method === "post" && !event.target.dataset.confirm) this.leaving = true; });
    window.addEventListener("beforeunload", (event) => { if (this.mayWrite && this.dirty && !this.leaving) event.preventDefault(); });
    document.addEventListener("keydown", (event) => {
      if (!this.mayWrite || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      if (event.key === "s") { event.preventDefault(); this.save(); }
    });
  }

  get dirty() { return this.saved !== this.source.text(); }

  // What the server does: JSON, or an error with `status`, `code` and `problems`.
  async act(name, fields) {
    const body = new URLSearchParams({ token: this.form.elements.token.value, do: name, ...fields });
    let answer;
    try {
      answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      throw Object.assign(new Error("The server cannot be reached. What you typed is here; it is tried again."), { status: 0 });
    }
    const json = (answer.headers.get("content-type") || "").includes("json");
    const found = json ? await answer.json() : {};
    if (answer.ok && json) return found;
    const why = answer.status === 401
      ? "You are signed out. Sign in in another tab, then save again." : found.detail || `The server said ${answer.status}.`;
    throw Object.assign(new Error(why), { status: answer.status, code: found.code, problems: found.problems });
  }

  changed() {
    clearTimeout(this.looking);
    clearTimeout(this.saving);
    if (!this.mayWrite) return;
    this.status(this.dirty ? "Not saved yet" : "");
    this.looking = setTimeout(() => this.look(), LOOK_AFTER);
    this.saving = setTimeout(() => this.save(true), SAVE_AFTER);
  }

  async look() {
    const source = this.source.text();
    this.asked = source;
    try {
      const found = await this.act("look", { source });
      if (this.asked === source && source === this.source.text()) this.told(found);
    } catch (why) {
      if (why.status !== 0) this.status(why.message, "bad");
    }
  }

  told(found) {
    const graph = found.graph || (found.type || !this.looked ? null : this.looked.graph);
    this.stale = !found.graph;
    this.looked = { ...found, graph, variables: found.type ? found.variables : this.looked.variables };
    this.source.tell(found.problems);
    this.list(found.problems);
    if (!this.graph) return;
    this.querySelector("[data-graph]").classList.toggle("stale", !found.graph);
    this.querySelector("[data-none]").hidden = Boolean(graph);
    if (graph) this.graph.draw(graph);
    const nodes = graph?.nodes || [];
    const within = (problem) => nodes.filter((one) => one.line <= problem.line && problem.line <= one.end_line);
    const inside = found.graph ? found.problems.filter((one) => /nodes[.[]./.test(one.path)).flatMap(within) : [];
    this.graph.wrong(new Set(inside.map((one) => one.id)));
    this.moved(this.source.line());
  }

  list(problems) {
    const box = this.querySelector("[data-problems]");
    const count = problems.length;
    this.querySelector("[data-count]").textContent = count === 0 ? "Nothing is wrong" : count === 1 ? "1 problem" : `${count} problems`;
    this.querySelector(".problems").classList.toggle("none", count === 0);
    box.replaceChildren(...problems.map((one) => {
      const item = document.createElement("li");
      const button = Object.assign(document.createElement("button"), { type: "button", className: "problem-line" });
      const where = Object.assign(document.createElement("span"), { className: "where", textContent: `Line ${one.line}` });
      const mend = Object.assign(document.createElement("span"), { className: "mend", textContent: one.mend });
      button.append(where, Object.assign(document.createElement("span"), { textContent: one.message }), mend);
      button.addEventListener("click", () => { this.open("text"); this.source.goTo(one.line, one.column); });
      const code = Object.assign(document.createElement("a"), { className: "code", href: `/docs/errors#${one.code}`, textContent: one.code, target: "_blank" });
      item.append(button, code);
      return item;
    }));
  }

  moved(line) {
    const nodes = this.stale ? [] : this.looked.graph?.nodes || [];  // lines of before are elsewhere by now
    const node = nodes.filter((one) => one.line <= line && line <= one.end_line)
      .sort((one, other) => (one.end_line - one.line) - (other.end_line - other.line))[0];
    if (node?.id === this.at?.id && node?.line === this.at?.line && node?.end_line === this.at?.end_line) return;
    this.at = node;
    this.graph?.select(node?.id ?? null);
    queueMicrotask(() => this.source?.mark(node));
  }

  // The draft

  async save(quietly = false, more = {}) {
    clearTimeout(this.saving);
    if (!this.mayWrite || this.conflict || (quietly && !this.dirty)) return !this.dirty;
    if (this.underWay) { this.again = true; return false; }
    const source = this.source.text();
    this.underWay = true;
    this.status("Saving…");
    try {
      this.keptAs(await this.act("save", { source, ...this.known, ...more }), source);
      this.status(`Draft saved ${time()}`);
      return true;
    } catch (why) {
      if (why.status === 412) this.conflicted("draft");
      else {
        this.status(why.message, "bad");
        if (why.status === 0) this.saving = setTimeout(() => this.save(true), 4 * SAVE_AFTER);
      }
      return false;
    } finally {
      this.underWay = false;
      if (this.again) { this.again = false; this.save(true); }
      this.look2();
    }
  }

  get known() {
    const { etag, base_version } = this.form.elements;
    return { etag: etag.value, base_version: base_version.value };
  }

  keptAs(found, source) {
    this.saved = source;
    this.form.elements.etag.value = found.etag;
    this.form.elements.base_version.value = found.base_version;
    this.version = found.version;
    this.querySelector("[data-discard]")?.toggleAttribute("hidden", !found.revision);
    this.querySelector("[data-revision]").hidden = !found.revision;
    for (const one of this.querySelectorAll("[data-version]")) one.textContent = `Version ${found.version}`;
    for (const one of this.querySelectorAll("[data-next]")) one.textContent = `version ${found.version + 1}`;
  }

  async publish() {
    clearTimeout(this.looking);
    await this.look();
    if (this.looked.problems.length) {
      this.open("text");
      this.status("Mend what is wrong, then publish.", "bad");
      this.querySelector(".problem-line")?.focus();
      return;
    }
    this.querySelector("#publishing").showModal();
  }

  async reallyPublish(note) {
    clearTimeout(this.saving);
    const source = this.source.text();
    this.underWay = true;
    this.status("Publishing…");
    try {
      const found = await this.act("publish", { source, note, ...this.known });
      this.keptAs(found, source);
      this.status(found.said, "good");
    } catch (why) {
      if (why.status === 412) this.conflicted(why.message.includes("version") ? "bot" : "draft");
      else this.status(why.problems?.length ? `${why.problems[0].message} ${why.problems[0].mend}` : why.message, "bad");
    } finally {
      this.underWay = false;
      this.look2();
    }
  }

  // Others

  hear() {
    const news = () => this.querySelector("[data-news]");
    this.version = Number(news().dataset.version);
    this.look2 = () => {
      const now = news();
      if (this.underWay || this.conflict === "bot" || !now) return;
      if (Number(now.dataset.version) > this.version) this.conflicted("bot", now.dataset.version);
      else if (!this.conflict && now.dataset.by && now.dataset.by !== this.dataset.me && now.dataset.etag !== this.known.etag) this.conflicted("draft", now.dataset.by);
    };
    new MutationObserver(() => this.look2()).observe(this.querySelector("[data-live]"), { childList: true, subtree: true, attributes: true });
    if (this.dataset.moved === "yes") this.conflicted("bot", this.version);
  }

  look2() {}

  conflicted(what) {
    this.conflict = what;
    clearTimeout(this.saving);
    for (const one of this.querySelectorAll("[data-conflict]")) one.hidden = one.dataset.conflict !== what;
    this.status("Not saved", "bad");
  }

  async keep() {
    const news = this.querySelector("[data-news]");
    this.conflict = "";
    for (const one of this.querySelectorAll("[data-conflict]")) one.hidden = true;
    await this.save(false, { etag: "", base_version: Math.max(Number(news.dataset.version), this.version) });
  }

  // Looks

  status(text, kind = "") {
    const one = this.querySelector("[data-status]");
    one.textContent = text;
    one.className = `draft-status ${kind}`;
  }

  open(name) {
    this.dataset.open = name;
    for (const tab of this.querySelectorAll("[data-tab]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
      tab.tabIndex = tab.dataset.tab === name ? 0 : -1;
    }
  }
}

customElements.define("bot-editor", BotEditor);
