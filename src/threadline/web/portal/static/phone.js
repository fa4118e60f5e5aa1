// Phones on the screen: a text goes without the page being loaded anew, and the latest is in view.

class PhoneScreen extends HTMLElement {
  connectedCallback() {
    this.toEnd();
    new MutationObserver(() => this.toEnd()).observe(this, { childList: true, subtree: true });
  }
  toEnd() { this.scrollTop = this.scrollHeight; }
}
customElements.define("phone-screen", PhoneScreen);

async function send(form) {
  const text = form.elements.body;
  const button = form.querySelector(".line button");
  const problem = form.querySelector("[data-problem]");
  button.disabled = true;
  try {
    const answer = await fetch(location.href, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    const found = await answer.json();
    const first = found.problems?.[0];
    problem.textContent = answer.ok ? "" : first ? `${first.message} ${first.mend}` : found.message || found.detail || found.title;
    if (answer.ok) {
      text.value = form.elements.media.value = "";
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  } catch {
    problem.textContent = "The server did not answer. The text was perhaps not sent.";
  }
  problem.hidden = !problem.textContent;
  button.disabled = false;
  text.focus();
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-send]")) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("click", (event) => {
  const word = event.target.closest("[data-word]");
  if (!word) return;
  word.form.elements.body.value = word.dataset.word;
  word.form.requestSubmit();
});

// Enter sends, Shift and Enter begins a line.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("[data-send] textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-chooses]")) event.target.form.requestSubmit();
});
