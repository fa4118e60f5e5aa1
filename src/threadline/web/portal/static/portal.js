// What every page does beyond HTML: times in the reader's zone, copying, keys, asking first.

const theme = localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;

const ways = {
  short: { dateStyle: "medium", timeStyle: "short" },
  time: { timeStyle: "short" },
  day: { dateStyle: "full" },
};
const today = new Date().toDateString();

function tellTimes(root) {
  for (const one of root.querySelectorAll("time[data-kind]:not([title])")) {
    const when = new Date(one.dateTime);
    if (Number.isNaN(when.valueOf())) continue;
    const short = one.dataset.kind === "short" && when.toDateString() === today;
    const way = short ? ways.time : ways[one.dataset.kind] || ways.short;
    one.textContent = new Intl.DateTimeFormat(undefined, way).format(when);
    one.title = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" }).format(when);
  }
}

async function copy(button) {
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  if (button.dataset.copied !== undefined) return;
  const word = button.querySelector("span") || button;
  const before = { text: word.textContent, label: button.ariaLabel };
  const say = (text, label) => { word.textContent = text; button.ariaLabel = label; };
  button.dataset.copied = "";
  say("Copied", before.label && before.label.replace(/^Copy/, "Copied"));
  setTimeout(() => { say(before.text, before.label); delete button.dataset.copied; }, 1500);
}

function ask(form, button) {
  const dialog = document.createElement("dialog");
  const words = document.createElement("p");
  words.textContent = form.dataset.confirm;
  const does = Object.assign(document.createElement("div"), { className: "does" });
  const yes = Object.assign(document.createElement("button"), { className: "button danger", textContent: "Do it" });
  const no = Object.assign(document.createElement("button"), { className: "button", textContent: "Leave it" });
  yes.onclick = () => { dialog.close(); form.removeAttribute("data-confirm"); form.requestSubmit(button); };
  no.onclick = () => dialog.close();
  does.append(yes, no);
  dialog.append(words, does);
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
}

document.addEventListener("click", (event) => {
  const at = event.target.closest("[data-copy], [data-opens], [data-theme-switch], tr[data-href]");
  if (!at) return;
  if (at.dataset.copy !== undefined) copy(at);
  else if (at.dataset.opens) document.getElementById(at.dataset.opens)?.showModal();
  else if (at.dataset.themeSwitch !== undefined) switchTheme();
  else if (!event.target.closest("a, button, input, label")) location.assign(at.dataset.href);
});

function switchTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark";
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", document.documentElement.dataset.theme);
}

document.addEventListener("submit", (event) => {
  if (event.target.dataset?.confirm) {
    event.preventDefault();
    ask(event.target, event.submitter);
  }
});

// Keys: g and a letter goes to a section, / searches, j and k walk a list.
let before = "";
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, [contenteditable], dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  if (before === "g") {
    before = "";
    document.querySelector(`.sections a[data-key="${CSS.escape(key)}"]`)?.click();
    return;
  }
  if (key === "g") { before = "g"; setTimeout(() => { before = ""; }, 1000); }
  else if (key === "?") document.getElementById("keys")?.showModal();
  else if (key === "/") {
    const box = document.querySelector("[data-search]");
    if (box) { event.preventDefault(); box.focus(); box.select?.(); }
  } else if (key === "j" || key === "k") walk(key === "j" ? 1 : -1);
  else if (key === "Enter") {
    const row = document.querySelector("tr.at[data-href]");
    if (row && document.activeElement === document.body) location.assign(row.dataset.href);
  }
});

function walk(step) {
  const rows = [...document.querySelectorAll("tr[data-href]")];
  if (!rows.length) return;
  const now = rows.findIndex((one) => one.classList.contains("at"));
  const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  rows[now]?.classList.remove("at");
  next.classList.add("at");
  next.scrollIntoView({ block: "nearest" });
}

tellTimes(document);
new MutationObserver((changes) => {
  for (const change of changes) {
    const at = change.target.nodeType === Node.ELEMENT_NODE ? change.target : change.target.parentElement;
    if (at) tellTimes(at.matches("time") ? at.parentElement : at);
  }
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["title"] });
document.querySelector("[data-focus]")?.focus();
// The session is over, or the page may no longer be seen: the server says which.
for (const name of ["over", "gone"]) document.body.addEventListener(name, () => location.reload());
