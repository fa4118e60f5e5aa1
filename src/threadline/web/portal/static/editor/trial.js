// A chat with the bot as it is typed. Nothing is kept of it, and nobody is texted.

const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text ?? "" });
const safe = (url) => (/^https?:\/\//i.test(url || "") ? url : "");

// What a contact sees of an element, and what can be chosen of it.
function choices(element) {
  const found = element.options || element.buttons || (element.selectable ? element.items : null) || [];
  return found.map((one) => one.title || one.label || one.id);
}

function bubble(element) {
  if (element.type === "message") return make("p", "trial-text bot", element.message);
  if (element.type === "goal") return make("p", "trial-note", `Goal reached: ${element.name}`);
  if (element.type === "suggestionPrompt" || element.type === "buttonPromptContainer") return null;
  const found = make("div", "trial-text bot");
  const link = safe(element.url || element.imgUrl);
  found.append(make("span", "badge", element.type), " ", make("span", "", element.title || element.body || element.description || element.text || ""));
  for (const one of element.items || []) found.append(make("span", "trial-item", [one.title, one.subtitle].filter(Boolean).join(": ")));
  if (link) found.append(" ", Object.assign(make("a", "", link), { href: link, target: "_blank", rel: "noopener noreferrer" }));
  return found;
}

/** A chat in `parent`. `ask(text, state)` gives what the bot says; `passed(steps)` is told. */
export function open({ parent, ask, passed, goTo }) {
  const log = parent.querySelector("[data-log]");
  const form = parent.querySelector("form");
  const box = form.querySelector("input[name=text]");
  let state = "";
  let waiting = false;

  const add = (one) => { if (one) { log.append(one); log.scrollTop = log.scrollHeight; } };

  async function say(text) {
    if (waiting || !text.trim()) return;
    waiting = true;
    log.querySelector(".empty")?.remove();
    for (const old of log.querySelectorAll(".trial-choices")) old.remove();
    add(make("p", "trial-text contact", text));
    try {
      const found = await ask(text, state);
      state = JSON.stringify(found.state);
      for (const element of found.elements) {
        add(bubble(element));
        const titles = choices(element);
        if (titles.length) {
          const row = make("div", "trial-choices");
          row.append(...titles.map((title) => Object.assign(make("button", "button small", title), { type: "button", onclick: () => say(title) })));
          add(row);
        }
      }
      if (found.error) add(make("p", "trial-note bad", found.error));
      if (found.ended) add(make("p", "trial-note", "The session is over. The next text begins a new one."));
      if (found.steps.length) add(way(found.steps));
      passed(found.steps);
    } catch (why) {
      const note = make("p", "trial-note bad", why.problems?.length
        ? `Mend ${why.problems.length === 1 ? "the problem" : `the ${why.problems.length} problems`} in the text first.` : why.message);
      add(note);
    } finally {
      waiting = false;
    }
  }

  function way(steps) {
    const found = make("p", "trial-way");
    steps.forEach((step, n) => {
      if (n) found.append(" → ");
      found.append(Object.assign(make("button", "link", step.node), { type: "button", onclick: () => goTo(step) }));
    });
    return found;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value;
    box.value = "";
    say(text);
    box.focus();
  });
  parent.querySelector("[data-anew]").addEventListener("click", () => {
    state = "";
    log.replaceChildren();
    passed([]);
    box.focus();
  });
}
