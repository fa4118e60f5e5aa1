// How many segments a text is charged as while it is typed: <segment-count for="ID">. The signs
// that are written otherwise to stay in GSM-7 are in its data-smart, as JSON. With the attribute
// `picture` it draws them, too: a bar a segment, as full as it is.

const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const TWO = new Set("^{}\\[~]|€\f");
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

// Pieces of these sizes, none of which is cut, in segments that hold so much.
function pack(sizes, alone, joined) {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (all <= alone) return all ? [all] : [];
  const parts = [0];
  for (const size of sizes) {
    if (parts.at(-1) + size > joined) parts.push(0);
    parts[parts.length - 1] += size;
  }
  return parts;
}

export function measure(text, smart = {}) {
  const said = [...text].map((one) => smart[one] ?? one).join("");
  const odd = [...said].find((one) => !GSM.has(one) && !TWO.has(one)) ?? "";
  const parts = odd
    ? pack([...graphemes.segment(said)].map((one) => one.segment.length), 70, 67)
    : pack([...said].map((one) => (TWO.has(one) ? 2 : 1)), 160, 153);
  return { encoding: odd ? "UCS-2" : "GSM-7", parts, odd };
}

class SegmentCount extends HTMLElement {
  connectedCallback() {
    this.smart = JSON.parse(this.dataset.smart || "{}");
    this.text = document.getElementById(this.getAttribute("for"));
    this.text?.addEventListener("input", () => this.tell());
    this.tell();
  }
  tell() {
    const { encoding, parts, odd } = measure(this.text?.value ?? "", this.smart);
    const room = encoding === "GSM-7" ? [160, 153] : [70, 67];
    const left = parts.length ? room[Number(parts.length > 1)] - parts.at(-1) : 0;
    const why = odd ? ` because of “${odd}”` : "";
    this.textContent = parts.length ? `${parts.length} segment${parts.length === 1 ? "" : "s"} · ${encoding}${why} · ${left} left` : "";
    if (this.hasAttribute("picture")) this.draw(parts, room[Number(parts.length > 1)], encoding);
  }
  draw(parts, most, encoding) {
    const bars = document.createElement("span");
    bars.className = `segments ${encoding === "GSM-7" ? "gsm" : "ucs"}`;
    bars.setAttribute("aria-hidden", "true");
    bars.append(...parts.map((size) => Object.assign(document.createElement("progress"), { max: most, value: size })));
    if (parts.length) this.prepend(bars);
  }
}
customElements.define("segment-count", SegmentCount);
