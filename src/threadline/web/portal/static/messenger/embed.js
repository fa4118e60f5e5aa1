/*
 * Puts a messenger into any page: <script src="…/messenger.js" data-endpoint="ADDRESS" async></script>
 *
 * data-label: what the button is called. data-side="left". data-open: open at once.
 * Events on document: threadline:open, threadline:close, threadline:notification (detail).
 */
(() => {
  const script = document.currentScript;
  const { endpoint, label = "Chat with us", side = "right", open } = script?.dataset ?? {};
  if (!endpoint) return console.error("messenger.js: data-endpoint is missing. Write the address of an endpoint there.");
  const url = new URL(`messenger/${encodeURIComponent(endpoint)}`, new URL(".", script.src));

  const STYLE = `
    :host { all: initial; }
    button { position: fixed; bottom: 20px; ${side === "left" ? "left" : "right"}: 20px; z-index: 2147483000; width: 60px; height: 60px; border: 0; border-radius: 50%; background: #0b6a68; color: #fff; cursor: pointer; display: grid; place-items: center; box-shadow: 0 4px 16px rgb(0 0 0 / 28%); }
    button:hover { background: #085250; }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #0b6a68; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
    i { position: absolute; top: 2px; right: 2px; width: 14px; height: 14px; border-radius: 50%; background: #e0322a; border: 2px solid #fff; }
    section { position: fixed; bottom: 92px; ${side === "left" ? "left" : "right"}: 20px; z-index: 2147483000; width: min(400px, calc(100vw - 40px)); height: min(660px, calc(100vh - 112px)); border-radius: 16px; overflow: hidden; background: Canvas; box-shadow: 0 12px 48px rgb(0 0 0 / 30%); color-scheme: light dark; }
    iframe { border: 0; width: 100%; height: 100%; display: block; }
    p { position: absolute; inset: 0; margin: 0; display: grid; place-items: center; text-align: center; padding: 2rem; font: 15px/1.5 system-ui, sans-serif; color: CanvasText; background: Canvas; }
    [hidden] { display: none; }
    @media (max-width: 480px) { section { inset: 0; width: 100%; height: 100%; border-radius: 0; } section:not([hidden]) ~ button { display: none; } }
    @media (prefers-reduced-motion: no-preference) { button { transition: transform .15s; } button:hover { transform: scale(1.05); } section { animation: come .18s ease-out; } @keyframes come { from { opacity: 0; transform: translateY(12px); } } }
  `;
  const TALK = "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z";
  const CROSS = "M6 6l12 12M18 6L6 18";

  function begin() {
    const host = document.createElement("threadline-messenger");
    const root = host.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    const make = (tag, given = {}) => {
      const made = document.createElement(tag);
      for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
      return made;
    };
    const panel = make("section", { id: "panel", role: "dialog", "aria-label": label, hidden: "" });
    const button = make("button", { type: "button", "aria-label": label, "aria-expanded": "false", "aria-controls": "panel" });
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    path.setAttribute("d", TALK);
    const news = make("i", { hidden: "" });
    button.append(svg, news);
    root.append(panel, button);
    document.body.append(host);

    let frame = null;
    let ready = false;
    const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`threadline:${name}`, { detail }));

    function show(wanted) {
      if (wanted === !panel.hidden) return;
      panel.hidden = !wanted;
      button.setAttribute("aria-expanded", String(wanted));
      path.setAttribute("d", wanted ? CROSS : TALK);
      news.hidden = true;
      if (wanted && !frame) load();
      else if (wanted && ready) focus();
      if (!wanted) button.focus();
      tell(wanted ? "open" : "close");
    }

    function load() {
      frame = make("iframe", { src: `${url}#embedded`, title: label, allow: "clipboard-write" });
      panel.append(frame);
      setTimeout(() => {
        if (ready) return;
        const said = make("p", { role: "status" });
        said.textContent = "The messenger could not be loaded here.";
        panel.append(said);
        console.warn(`messenger.js: ${url} did not answer. Is ${location.origin} among the AllowedDomains of the endpoint?`);
      }, 8000);
    }

    function focus() {
      frame.focus();
      frame.contentWindow.postMessage({ threadline: "opened" }, url.origin);
    }

    addEventListener("message", ({ source, origin, data }) => {
      if (!frame || source !== frame.contentWindow || origin !== url.origin) return;
      if (data?.threadline === "ready") {
        ready = true;
        panel.querySelector("p")?.remove();
        if (!panel.hidden) focus();
      }
      if (data?.threadline === "close") show(false);
      if (data?.threadline === "said" && panel.hidden) news.hidden = false;
      if (data?.threadline === "notification") tell("notification", data.notification);
    });
    button.addEventListener("click", () => show(panel.hidden));
    root.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
    if (open !== undefined) show(true);
  }

  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
