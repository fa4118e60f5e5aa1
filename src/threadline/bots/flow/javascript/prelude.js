// What the code of a Function finds: msg, node, context, flow, setTimeout. Nothing of this
// reaches out of the engine: what was sent, set and logged is read when the code has ended.
(function (given) {
  "use strict";
  const input = JSON.parse(given);
  // The context of the contact is in the message, too, and is the same there.
  if (input.msg.payload?.context) input.msg.payload.context = input.context;
  let broke = null;
  const sent = [], logged = [], timers = [];
  let clock = input.now, ids = 0, seed = input.seed >>> 0;

  // The same turn asked again has to come to the same: no other clock, no other chance.
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...parts) { parts.length ? super(...parts) : super(clock); }
    static now() { return clock; }
  };
  Math.random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };

  const text = (value) => (typeof value === "string" ? value : JSON.stringify(value) ?? String(value));
  const log = (level) => (...parts) => {
    if (logged.length < 20) logged.push(`${level}: ${parts.map(text).join(" ")}`.slice(0, 500));
  };
  const wait = (again) => (call, delay, ...parts) => {
    const id = ++ids, every = Math.max(1, Number(delay) || 0);
    timers.push({ id, at: clock + every, call: () => call(...parts), every: again ? every : 0 });
    return id;
  };
  const cancel = (id) => {
    const at = timers.findIndex((one) => one.id === id);
    if (at >= 0) timers.splice(at, 1);
  };

  const store = {
    get: (name) => String(name).split(".").reduce((found, part) => found?.[part], input.context),
    set: (name, value) => {
      const parts = String(name).split("."), last = parts.pop();
      let found = input.context;
      for (const part of parts) found = found[part] ??= {};
      if (value === undefined) delete found[last]; else found[last] = value;
    },
    keys: () => Object.keys(input.context),
  };
  globalThis.node = {
    send: (one) => { sent.push(JSON.stringify(one ?? null)); },
    log: log("log"), warn: log("warn"), debug: log("debug"), trace: log("trace"),
    error: (why) => { log("error")(why); throw new Error(text(why)); },
    status: () => {}, done: () => {}, id: input.node, name: input.node,
  };
  globalThis.console = { log: log("log"), warn: log("warn"), error: log("error"), info: log("log") };
  globalThis.msg = input.msg;
  globalThis.context = globalThis.flow = store;
  globalThis.setTimeout = wait(false);
  globalThis.setInterval = wait(true);
  globalThis.clearTimeout = globalThis.clearInterval = cancel;

  return {
    call: (code) => {
      const one = code.call(globalThis, input.msg, globalThis.node, store, store);
      if (one && typeof one.then === "function") one.then(globalThis.node.send, (why) => { broke = { why }; });
      else if (one !== undefined) globalThis.node.send(one);
    },
    // Time passes at once: the next timer is due as soon as there is nothing else to do.
    tick: () => {
      if (!timers.length) return false;
      timers.sort((one, other) => one.at - other.at || one.id - other.id);
      const next = timers[0];
      clock = Math.max(clock, next.at);
      if (next.every) next.at += next.every; else timers.shift();
      next.call();
      return true;
    },
    evaluate: (code) => { sent.push(JSON.stringify(code.call(globalThis, { ...input.context, msg: input.msg, context: input.context }) ?? null)); },
    left: () => { if (broke) throw broke.why; return `{"sent":[${sent.join(",")}],"context":${JSON.stringify(input.context)},"logged":${JSON.stringify(logged)}}`; },
  };
})
