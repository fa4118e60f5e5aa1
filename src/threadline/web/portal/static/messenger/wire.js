/* Talks with the server: posts what the visitor does, and reads what was said as it is said. */

const SILENCE = 40_000; // the server says something every 15 seconds
const PATIENCE = 15_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const REFUSED = [400, 401, 403, 404, 422];

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/* "kept", "refused" (to ask again would not help) or "again". */
export async function post(url, document) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(document),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) return "kept";
    return answer.status >= 500 || [408, 429].includes(answer.status) ? "again" : "refused";
  } catch {
    return "again";
  }
}

/*
 * Follows the conversation until it is refused: `on.entry`, `on.standing`, `on.cut` when the
 * line is down, `on.gone` when there is nothing to follow. Whatever was told is not told again.
 */
export async function follow(url, visitor, on) {
  let last = "";
  let wait = FIRST_WAIT;
  for (;;) {
    const headers = { Authorization: `Bearer ${visitor}` };
    if (last) headers["Last-Event-ID"] = last;
    const line = new AbortController();
    let watch;
    const heard = () => {
      clearTimeout(watch);
      watch = setTimeout(() => line.abort(), SILENCE);
    };
    let later = 0;
    try {
      heard();
      const answer = await fetch(url, { headers, cache: "no-store", signal: line.signal });
      if (REFUSED.includes(answer.status)) return on.gone(answer.status);
      later = Number(answer.headers.get("Retry-After")) * 1000 || 0;
      if (answer.ok) {
        for await (const event of events(answer.body, heard)) {
          wait = FIRST_WAIT;
          last = event.id || last;
          on[event.name]?.(JSON.parse(event.data));
        }
      }
    } catch {
      // cut off: come again
    } finally {
      clearTimeout(watch);
      line.abort();
    }
    on.cut();
    await either(Math.max(later, wait * (0.5 + Math.random())));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

/* So long, or until the browser is online again. */
function either(ms) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      done();
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
  });
}

async function* events(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const event = read(part);
      if (event) yield event;
    }
  }
}

function read(part) {
  const fields = {};
  for (const line of part.split("\n")) {
    const at = line.indexOf(": ");
    if (at > 0) fields[line.slice(0, at)] = line.slice(at + 2);
  }
  return fields.event && { id: fields.id, name: fields.event, data: fields.data };
}
