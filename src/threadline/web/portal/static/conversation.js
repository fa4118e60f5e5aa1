// One conversation: it stays at its end, what is unfolded stays so, and a reply is sent by keys.

// The log shows what comes while the reader is at its end, and stays where they read else.
class TalkLog extends HTMLElement {
  connectedCallback() {
    this.open = new Set();
    if (!this.hasAttribute("data-past") && !location.hash) this.toEnd();
    this.atEnd = true;
    this.addEventListener("scroll", () => { this.atEnd = this.isAtEnd(); }, { passive: true });
    new MutationObserver(() => { if (this.atEnd && !this.hasAttribute("data-past")) this.toEnd(); })
      .observe(this, { childList: true, subtree: true });
  }
  isAtEnd() { return this.scrollHeight - this.scrollTop - this.clientHeight < 80; }
  toEnd() { this.scrollTop = this.scrollHeight; }
}
customElements.define("talk-log", TalkLog);

// What the reader has unfolded or folded is so again after the part was sent anew.
const folds = new Map();
document.addEventListener("click", (event) => {
  const fold = event.target.closest("summary")?.parentElement;
  if (fold?.id) folds.set(fold.id, !fold.open);
});
new MutationObserver(() => {
  for (const [id, open] of folds) {
    const fold = document.getElementById(id);
    if (fold && fold.open !== open) fold.open = open;
  }
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["open"] });

document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });

// Ctrl or Cmd and Enter sends.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-composer]")) event.target.form.requestSubmit();
});
