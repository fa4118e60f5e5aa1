/*
 * Draws what can be said. Every text becomes a text node, so that nothing in it can run, and
 * every address is http or https, or else it is left out.
 */

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/gi;
const ENDING = /[.,;:!?'")\]}]+$/;
const FILMS = /\.(mp4|webm|ogv|mov)$/i;
const IMAGES = { "/9j/": "jpeg", iVBO: "png", R0lG: "gif", UklG: "webp" };
const MAP = "https://maps.google.com/?q=";

/* make("p", {class: "x"}, "text", node, …): a property that is a function listens. */
export function make(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null && value !== "") made.setAttribute(name, value);
  }
  made.append(...children.filter((one) => one != null && one !== ""));
  return made;
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const CROSS = "M6 6l12 12M18 6L6 18";
const PIN = "M12 21c-5-5-7-8-7-11a7 7 0 0 1 14 0c0 3-2 6-7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5";
const STAR = "M12 3l2.8 5.9 6.2.8-4.6 4.4 1.2 6.4L12 17.4l-5.6 3.1 1.2-6.4L3 9.7l6.2-.8z";
const SHEET = "M6 3h8l4 4v14H6zM14 3v4h4";

export function safe(url) {
  try {
    const found = new URL(url);
    return ["http:", "https:"].includes(found.protocol) ? found.href : "";
  } catch {
    return "";
  }
}

function link(url, text, given = {}) {
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...given }, text);
}

/* The text with its web addresses as links. */
export function linked(text) {
  const whole = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const said = found[0].replace(ENDING, "");
    const url = safe(said);
    if (!url) continue;
    whole.append(text.slice(from, found.index), link(url, said));
    from = found.index + said.length;
  }
  whole.append(text.slice(from));
  return whole;
}

function picture(url, alt, given = {}) {
  const made = make("img", { src: url, alt: alt ?? "", loading: "lazy", ...given });
  made.addEventListener("error", () => made.replaceWith(make("span", { class: "lost" }, alt || "A picture that is not there")));
  return made;
}

/* A chip that chooses, or a link where the option opens a page. */
function choice(option, act) {
  const url = option.url && safe(option.url);
  if (url) return link(url, option.urlTitle || option.title, { class: "chip" });
  const chosen = { id: option.id, title: option.title };
  return make("button", { type: "button", class: "chip", "data-choice": option.id, click: () => act(chosen) }, option.title);
}

const choices = (options, act, kind = "") =>
  options?.length ? make("div", { class: `choices ${kind}`.trim() }, ...options.map((one) => choice(one, act))) : null;

/* Each gives what is drawn. `act({id, title})` tells the bot what was chosen. */
export const DRAWN = {
  message: (said) => make("p", { class: "bubble" }, linked(said.message)),
  media: (said) => media(said),
  suggestionPrompt: (said, act) => choices(said.options, act, "passing"),
  buttonPromptContainer: (said, act) =>
    make(
      "div",
      { class: said.buttons.length === 2 ? "buttons pair" : "buttons" },
      ...said.buttons.map((one) => choice({ id: one.id, title: one.label }, act)),
    ),
  list: (said, act) => list(said, act),
  card: (said) => {
    const data = IMAGES[said.imgData?.slice(0, 4)] && `data:image/${IMAGES[said.imgData.slice(0, 4)]};base64,${said.imgData}`;
    const url = safe(said.imgUrl) || data;
    return make("figure", { class: "card" }, url && picture(url, said.alt ?? ""), said.title && make("figcaption", {}, said.title));
  },
  starRating: (said, act) => stars(said, act),
  dropdown: (said, act) => dropdown(said, act),
  fileUpload: (said) =>
    make("div", { class: "card quiet" }, said.title && make("strong", {}, said.title), said.description && make("p", {}, linked(said.description)), make("p", { class: "faint" }, "Files cannot be sent in this messenger.")),
  staticMap: (said) => place(said),
  detailView: (said, act, open) =>
    make("button", { type: "button", class: "card call", click: () => open(said, act) }, make("span", {}, said.description || said.title || "Open"), make("span", { class: "faint" }, new URL(said.url).host)),
  redacted: () => make("p", { class: "bubble faint" }, "This message was removed."),
};

function place(said) {
  const made = link(`${MAP}${said.lat},${said.lng}`, icon(PIN), { class: "card place" });
  const words = said.description || `${said.lat}, ${said.lng}`;
  made.append(make("span", {}, words), make("span", { class: "faint" }, "Open the map"));
  return made;
}

function media(said) {
  const url = safe(said.url);
  const kind = (said.contentType ?? "").split("/")[0];
  const name = said.title || decodeURIComponent(new URL(url).pathname.split("/").pop() || url);
  if (kind === "image") {
    const shown = link(url, picture(url, said.title || "Picture"), { class: "picture" });
    return make("figure", { class: "card" }, shown, said.title && make("figcaption", {}, said.title));
  }
  if (kind === "audio" || (kind === "video" && FILMS.test(new URL(url).pathname))) {
    const film = make(kind, { src: url, controls: true, preload: "none", "aria-label": name });
    return make("figure", { class: "card" }, film, make("figcaption", {}, link(url, name)));
  }
  const word = kind === "video" ? "Watch" : "Open";
  const made = link(url, icon(kind === "video" ? "M8 5l11 7-11 7z" : SHEET), { class: "card place" });
  made.append(make("span", {}, name), make("span", { class: "faint" }, `${word} · ${new URL(url).host}`));
  return made;
}

function list(said, act) {
  const rows = (said.items ?? []).map((item) => make("li", {}, row(item, said, act)));
  const kind = said.horizontal ? "carousel" : `rows ${said.style ?? "standard"}`;
  const given = said.horizontal ? { tabindex: "0", role: "list", "aria-label": said.title || "Leaf through" } : { role: "list" };
  return make("div", { class: said.horizontal ? "wide" : "card list" }, said.title && make("strong", { class: "title" }, said.title), make("ul", { class: kind, ...given }, ...rows));
}

function row(item, said, act) {
  const url = safe(said.horizontal ? item.imageUrl || item.iconUrl : item.iconUrl || item.imageUrl);
  const inside = [
    url && picture(url, "", { class: said.horizontal ? "image" : "icon" }),
    make("span", { class: "words" }, make("b", {}, item.title), item.subtitle && make("span", { class: "faint" }, item.subtitle)),
  ];
  const chosen = { id: item.id, title: item.title };
  const head = said.selectable
    ? make("button", { type: "button", class: "row", "data-choice": item.id, click: () => act(chosen) }, ...inside)
    : make("div", { class: "row" }, ...inside);
  const made = make("div", { class: "item" }, head);
  const more = choices(item.options, act);
  if (more) made.append(more);
  return made;
}

function stars(said, act) {
  const most = said.stars ?? 5;
  const made = make("div", { class: "card stars", role: "group", "aria-label": said.title || "Rating" });
  const all = Array.from({ length: most }, (_, n) => {
    const number = String(n + 1);
    const rate = () => {
      all.forEach((one, at) => one.classList.toggle("lit", at <= n));
      all.forEach((one) => one.setAttribute("aria-disabled", "true"));
      act({ id: number, title: number });
    };
    const star = make("button", { type: "button", "data-choice": number, "aria-label": `${number} of ${most} stars`, click: (event) => event.currentTarget.ariaDisabled !== "true" && rate() }, icon(STAR));
    return star;
  });
  made.append(...(said.title ? [make("strong", {}, said.title)] : []), make("div", {}, ...all));
  return made;
}

function dropdown(said, act) {
  const select = make("select", { "aria-label": said.title || said.placeholder || "Choose" }, make("option", { value: "" }, said.placeholder || "Choose…"));
  said.options.forEach((one, n) => select.append(make("option", { value: String(n) }, one.title)));
  const choose = () => {
    const option = said.options[Number(select.value)];
    if (select.value === "" || !option) return select.focus();
    const url = option.url && safe(option.url);
    if (url) return window.open(url, "_blank", "noopener,noreferrer");
    act({ id: option.id, title: option.title });
  };
  const button = make("button", { type: "button", class: "chip", click: choose }, "Choose");
  return make("div", { class: "card dropdown" }, said.title && make("strong", {}, said.title), make("div", {}, select, button));
}

/* What only the builder sees: an element that no visitor is shown, and why. */
export function unknown(element, why) {
  return make(
    "details",
    { class: "unknown" },
    make("summary", {}, `Visitors do not see this: ${element.type}`),
    why && make("p", {}, why),
    make("pre", {}, JSON.stringify(element, null, 1)),
  );
}
