// Requests of the Review page, and what keeps a judgement safe until the server has it: it is written in this browser
// first, sent, and sent again until it is answered. The server knows a sending by its name and keeps it once.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});

  const PREFIX = "dipg-review:";
  const OUTBOX = `${PREFIX}outbox`;
  const FIRST_WAIT_MS = 800;
  const LONGEST_WAIT_MS = 8000;

  class Unreachable extends Error {}

  // What this browser keeps. A browser that keeps nothing says so once, in `broken`.
  const kept = {
    broken: false,
    read(name) {
      try {
        return JSON.parse(localStorage.getItem(PREFIX + name));
      } catch (error) {
        if (!(error instanceof DOMException || error instanceof SyntaxError)) throw error;
        return null;
      }
    },
    write(name, value) {
      try {
        if (value === null) localStorage.removeItem(PREFIX + name);
        else localStorage.setItem(PREFIX + name, JSON.stringify(value));
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        kept.broken = true;
      }
    },
  };

  // Resolves to what the server says, a refusal included. Rejects with Unreachable where it says nothing of use.
  async function ask(payload, options) {
    let response;
    try {
      response = await fetch("dipg/review", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(payload), ...options });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new Unreachable("The server does not answer.");
    }
    if (response.status === 401) throw new Unreachable("You are logged out. Log in again in another tab, under the same name.");
    if (response.status >= 500) throw new Unreachable((await response.json().catch(() => ({}))).detail || "The server cannot answer just now.");
    return response.json();
  }

  // `onState({online, waiting, why})` at every change; `onDelivered(payload, reply)` for what was sent late.
  function makeOutbox({ onState, onDelivered }) {
    let online = true;
    let why = "";
    let wait = FIRST_WAIT_MS;
    let timer = 0;
    let flushing = null;
    window.addEventListener("online", () => flush());

    const waiting = () => kept.read("outbox") || [];
    const drop = (nonce) => kept.write("outbox", waiting().filter((each) => each.nonce !== nonce));

    function tell(isOnline, reason) {
      online = isOnline;
      why = reason || "";
      onState({ online, waiting: waiting().length, why });
    }

    async function request(payload, options) {
      try {
        const reply = await ask(payload, options);
        wait = FIRST_WAIT_MS;
        if (!online) tell(true);
        return reply;
      } catch (error) {
        if (error instanceof Unreachable) {
          tell(false, error.message);
          later();
        }
        throw error;
      }
    }

    function later() {
      window.clearTimeout(timer);
      timer = window.setTimeout(flush, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 1.6);
    }

    // Everything that waits, in order. Nothing that waits: only see whether the server is there again.
    function flush() {
      flushing ||= deliver().finally(() => (flushing = null));
      return flushing;
    }

    async function deliver() {
      try {
        if (!waiting().length && !online) await request({ action: "ping" });
        for (const payload of waiting()) {
          const reply = await request(payload);
          drop(payload.nonce);
          onDelivered(payload, reply);
        }
        tell(true);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }

    // Resolves to the reply, or to null where the server is not reached: then it is sent as soon as it is.
    async function send(payload) {
      const named = { ...payload, nonce: crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + String(performance.now()) };
      kept.write("outbox", [...waiting(), named]);
      try {
        const reply = await request(named);
        drop(named.nonce);
        return reply;
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        return null;
      }
    }

    return { request, send, flush, waiting, isOnline: () => online };
  }

  Object.assign(parts, { makeOutbox, kept, Unreachable });
})();
