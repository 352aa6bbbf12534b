// The Review page: a queue of answers is judged blind and by keyboard; what the protocols say comes after the saving.
(() => {
  "use strict";
  const parts = window.dipgParts;
  const { h, icon, button, count, plural, kept, Unreachable } = parts;

  const KINDS = [["all", "All answers"], ["sample", "A sample, by category"], ["differ", "Where the protocols differ"], ["needs review", "What the rules could not decide"]];
  const KEYS = [["1–5", "Choose in the row at hand, and go on"], ["Shift 1–3", "The same for all further quotes"], ["↑ or ↓", "Row before, row after"], ["← or →", "Choose within the row"], ["Enter", "Save; then the next answer"], ["s", "Skip: it comes back at the end"], ["b", "Back to the answer before"], ["u", "Undo the last saving"], ["c", "Change what was saved"], ["n", "Write a note"], ["t", "Open or fold the thinking"], ["Esc", "Leave a text field"], ["?", "This sheet"]];
  const DRAFT_MS = 500;

  function mount(root) {
    const address = new URLSearchParams(location.search);
    const state = {
      run: address.get("run") || "",
      kind: address.get("kind") || "all",
      n: Number(address.get("n")) || 20,
      seed: Number(address.get("seed")) || 0,
      reviewer: kept.read("reviewer") || "",
      teaching: false,
      view: address.get("view") || "judge",
    };
    let heads = [];
    let queue = null;
    let at = -1; // place in the queue
    let item = null;
    let reply = null; // what the server said of the answer on screen: mine, history, reveal
    let editing = false; // a saved judgement is being changed
    let began = 0;
    let draftTimer = 0;
    let keysOn = kept.read("keys") !== false;
    const trail = []; // places that were on screen before
    const done = []; // places that were saved, for undo
    const ahead = new Map(); // answers that were fetched before they are needed

    const announcer = h("p", { class: "sr", role: "status", "aria-live": "polite", "data-testid": "announcer" });
    const announce = (text) => (announcer.textContent = text);
    const outbox = parts.makeOutbox({ onState: drawLine, onDelivered: delivered });
    const help = makeHelp();
    const masthead = parts.makeMasthead({ page: "review", tools: [button({ name: "link", label: "Copy a link to this queue", className: "icon-btn", onClick: () => parts.copyText(root, masthead, location.href, announcer) }), button({ name: "keys", label: "Keyboard shortcuts", className: "icon-btn", "data-testid": "help-open", onClick: () => help.element.showModal() })] });
    const notice = h("div", { class: "notice", hidden: true, "data-testid": "notice" });
    const line = h("p", { class: "review-line", role: "status", hidden: true, "data-testid": "connection" });
    const tabs = h("nav", { class: "review-tabs", "aria-label": "Views of the review" }, ...[["judge", "Judge"], ["agreement", "Agreement"], ["history", "My history"]].map(([name, title]) => h("button", { type: "button", class: "tab", "data-view": name, "data-testid": `view-${name}`, text: title, on: { click: () => turn(name) } })));
    const setup = makeSetup();
    const judge = parts.makeJudge({ onChange: changed, announce });
    const reveal = parts.makeReveal();
    const counter = h("p", { class: "review-counter", "data-testid": "counter" });
    const bar = h("div", { class: "review-bar" }, counter, h("div", { class: "review-acts" }, act("Back", "b", back, "back"), act("Skip", "s", skip, "skip"), act("Undo", "u", undo, "undo")));
    const kind = h("p", { class: "review-kind", "data-testid": "review-kind" });
    const reason = h("input", { class: "input", id: "review-reason", maxlength: "500", "data-testid": "review-reason", autocomplete: "off", on: { keydown: (event) => event.key === "Enter" && (event.preventDefault(), event.stopPropagation(), save()) } });
    const why = h("div", { class: "judge-why", hidden: true }, h("label", { class: "judge-label", for: "review-reason", text: "Why do you change it?" }), reason);
    const saveButton = button({ words: "Save", className: "btn primary", "data-testid": "save", onClick: save });
    const changeButton = button({ words: "Change", className: "btn", "data-testid": "change", onClick: change });
    const nextButton = button({ words: "Next answer", className: "btn primary", "data-testid": "next", onClick: () => next() });
    const foot = h("div", { class: "judge-foot" }, why, h("p", { class: "judge-said", "data-testid": "said" }), h("div", { class: "judge-buttons" }, changeButton, saveButton, nextButton));
    const past = h("details", { class: "block judge-past", hidden: true }, h("summary", {}, icon("next", "turn"), h("h3", { text: "History of this judgement" })), h("div", {}));
    judge.trace.append(foot, past);
    const none = h("div", { class: "empty", hidden: true, "data-testid": "none" });
    const desk = h("div", { class: "review-desk" }, judge.source, h("div", { class: "review-column" }, judge.trace, reveal.element));
    const judging = h("div", { class: "review-judging", hidden: true }, bar, h("div", { class: "review-ask" }, kind, judge.question), desk, none);
    const agreement = parts.makeAgreement({ onChange: askAgreement, explore: (each) => `./?${new URLSearchParams({ case: each.case, completion: each.key, run: state.run })}`, card, files: (run, form) => `dipg/review-file?${new URLSearchParams({ run, form })}` });
    const history = h("div", { class: "review-history" });
    agreement.element.hidden = history.hidden = true;
    root.classList.add("dipg", "is-loading");
    root.replaceChildren(masthead, h("div", { class: "page review-page" }, notice, line, h("header", { class: "review-head" }, h("h1", { text: "Review" }), tabs), setup.element, judging, agreement.element, history), parts.makeFoot(), announcer, help.element);
    document.addEventListener("keydown", onKey);
    document.addEventListener("visibilitychange", () => document.hidden && sendDraft(true));
    window.addEventListener("pagehide", () => sendDraft(true));
    // Who asks, and of what.
    function who() {
      return { run: state.run, reviewer: state.reviewer, teaching: state.teaching, kind: state.kind, n: state.n, seed: state.seed };
    }

    function card(key) {
      return `card/${encodeURIComponent(state.run)}/${encodeURIComponent(key)}`;
    }

    // ---- the queue ----

    async function open() {
      try {
        const told = await outbox.request({ action: "open", ...who() });
        if (told.notice) drawNotice(told.notice);
        heads = told.heads || heads;
        state.run = told.run === undefined ? state.run : told.run;
        queue = told.queue || queue;
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        window.setTimeout(open, 1500);
        return;
      }
      for (const waiting of outbox.waiting()) if (waiting.run === state.run && waiting.reviewer === state.reviewer) markJudged(waiting.key);
      ahead.clear();
      trail.length = done.length = 0;
      setup.draw();
      root.classList.remove("is-loading");
      turn(state.view);
    }

    function turn(view) {
      state.view = ["judge", "agreement", "history"].includes(view) ? view : "judge";
      for (const tab of tabs.children) tab.dataset.view === state.view ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current");
      const ready = Boolean(state.reviewer && queue);
      setup.element.hidden = state.view !== "judge" || (ready && !setup.isOpen());
      judging.hidden = state.view !== "judge" || !ready || setup.isOpen();
      agreement.element.hidden = state.view !== "agreement";
      history.hidden = state.view !== "history";
      remember();
      if (state.view === "agreement") askAgreement({ scale: address.get("scale") || "overall", blind: true });
      else if (state.view === "history") askHistory();
      else if (!judging.hidden && at === -1) next();
      else if (!setup.element.hidden) setup.focus();
    }

    const left = () => queue.items.filter((each) => !each.judged).length;

    // The next answer without a judgement after the one on screen; those that were skipped come round again.
    function following() {
      for (let step = 1; step <= queue.items.length; step += 1) {
        const place = (at + step) % queue.items.length;
        if (!queue.items[place].judged) return place;
      }
      return -1;
    }

    function next() {
      const place = queue.items.length ? following() : -1;
      if (place === -1) return drawNone();
      if (at !== -1 && place !== at) trail.push(at);
      return go(place);
    }

    function skip() {
      if (left() <= 1 && reply && !reply.mine) return announce("This is the last answer without a judgement.");
      announce("Skipped. It comes back at the end.");
      return next();
    }

    function back() {
      if (!trail.length) return announce("There is no answer before this one.");
      return go(trail.pop());
    }

    async function go(place, focusless) {
      sendDraft();
      const key = queue.items[place].key;
      at = place;
      drawCounter();
      let told = ahead.get(key);
      ahead.delete(key);
      desk.inert = true; // until the answer is there, no key may judge the one before it
      try {
        told ||= await outbox.request({ action: "item", key, ...who() });
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        window.setTimeout(() => at === place && go(place), 1500);
        return;
      }
      if (at !== place) return;
      desk.inert = false;
      desk.hidden = !told.item;
      if (!told.item) return drawNotice(told.notice);
      reply = told;
      item = told.item;
      editing = false;
      began = performance.now();
      none.hidden = true;
      const waiting = outbox.waiting().find((each) => each.action === "save" && each.key === key && each.run === state.run && each.reviewer === state.reviewer);
      draw(waiting ? waiting.judgement : newestDraft(key, told), Boolean(waiting));
      if (!focusless) judge.start();
      announce(`Answer ${at + 1} of ${queue.items.length}. ${plural(item.quotes.length, "quote")}. ${item.question}`);
      fetchAhead();
    }

    // In teaching nothing is fetched ahead: what is fetched counts as seen.
    async function fetchAhead() {
      const place = following();
      if (state.teaching || place === -1 || place === at || ahead.has(queue.items[place].key)) return;
      const key = queue.items[place].key;
      try {
        ahead.set(key, await outbox.request({ action: "item", key, ...who() }));
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }

    // ---- drafts: in this browser at once, on the server a moment later ----

    const draftName = (key) => `draft:${JSON.stringify([state.run, key, state.reviewer])}`;

    function changed(value) {
      if (!item) return;
      const draft = { judgement: value, reason: reason.value, at: Date.now() };
      kept.write(draftName(item.key), draft);
      queue.items[at].begun = true;
      window.clearTimeout(draftTimer);
      draftTimer = window.setTimeout(sendDraft, DRAFT_MS);
      drawFoot();
    }

    async function sendDraft(leaving) {
      if (!draftTimer || !item) return;
      window.clearTimeout(draftTimer);
      draftTimer = 0;
      const key = item.key;
      const draft = kept.read(draftName(key)) || { judgement: judge.value(), reason: reason.value, at: Date.now() };
      try {
        const told = await outbox.request({ action: "draft", key, draft, base: baseOf(), ...who() }, leaving === true ? { keepalive: true } : undefined);
        if (told.notice) drawNotice(told.notice);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }

    function newestDraft(key, told) {
      const here = kept.read(draftName(key));
      const there = told.draft;
      const draft = here && there ? (here.at >= there.at ? here : there) : here || there;
      if (!draft || !draft.judgement) return null;
      if (told.mine && told.mine.judgement) {
        editing = true;
        reason.value = draft.reason || "";
      }
      return draft.judgement;
    }

    // ---- saving ----

    async function save() {
      if (!item || isLocked()) return;
      const gap = judge.missing();
      if (gap) return announce(gap);
      if (baseOf() && !reason.value.trim()) {
        reason.focus();
        return announce("Say why you change it.");
      }
      window.clearTimeout(draftTimer);
      draftTimer = 0;
      const [key, place, judgement] = [item.key, at, judge.value()];
      saveButton.disabled = true;
      const told = await outbox.send({ action: "save", key, judgement, reason: baseOf() ? reason.value : "", base: baseOf(), seconds: Math.round((performance.now() - began) / 100) / 10, ...who() });
      saveButton.disabled = false;
      if (told && told.notice) return refused(told, key);
      kept.write(draftName(key), null);
      markJudged(key);
      done.push(place);
      if (!item || item.key !== key) return;
      if (told) reply = { ...reply, ...told };
      editing = false;
      draw(judgement, !told);
      nextButton.focus({ preventScroll: true });
      if (told) reveal.element.scrollIntoView({ block: "nearest" });
      announce(told ? `Saved. ${told.reveal.differ}` : "Kept in this browser; it is sent as soon as the server answers.");
    }

    function refused(told, key) {
      drawNotice(told.notice);
      announce(`${told.notice.title}. ${told.notice.detail}`);
      if (told.notice.field === "reason") reason.focus();
      if (told.conflict && item && item.key === key) {
        kept.write(draftName(key), null);
        go(at);
      }
    }

    // A judgement that waited has arrived, or was refused then: what was judged is kept as a draft.
    function delivered(payload, told) {
      const here = item && item.key === payload.key && payload.run === state.run && payload.reviewer === state.reviewer;
      if (told.notice) {
        if (payload.action === "save" && !told.conflict) kept.write(`draft:${JSON.stringify([payload.run, payload.key, payload.reviewer])}`, { judgement: payload.judgement, reason: payload.reason, at: Date.now() });
        drawNotice(told.notice);
      }
      if (here && state.view === "judge") go(at);
    }

    async function undo() {
      const place = reply && reply.mine && reply.mine.judgement ? at : done.pop();
      if (place === undefined) return announce("There is nothing to undo.");
      if (place !== at) await go(place);
      if (!reply.mine || !reply.mine.judgement) return announce("There is nothing to undo.");
      const before = reply.mine.judgement;
      const told = await outbox.send({ action: "undo", key: item.key, base: reply.mine.version, reason: "Undone.", ...who() });
      if (!told) return announce("It is undone as soon as the server answers.");
      if (told.notice) return refused(told, item.key);
      reply = { ...reply, ...told };
      const withdrawn = !told.mine.judgement;
      if (withdrawn) queue.items[at].judged = false;
      editing = false;
      draw(withdrawn ? before : null);
      announce(withdrawn ? "Withdrawn. Judge it again." : "Undone. The earlier judgement holds again.");
      if (withdrawn) judge.start();
      else nextButton.focus();
    }

    function change() {
      editing = true;
      reason.value = "";
      draw(reply.mine.judgement);
      judge.start();
      announce("Change it, say why, and save.");
    }

    // ---- drawing ----

    const baseOf = () => (reply && reply.mine ? reply.mine.version : 0);
    const isLocked = () => Boolean(foot.dataset.locked);

    // `value` is what stands in the rows, null for what was saved; `waits` that it has not reached the server.
    function draw(value, waits) {
      const saved = reply.mine && reply.mine.judgement;
      const locked = Boolean(waits || (saved && !editing));
      foot.dataset.locked = locked ? "yes" : "";
      judge.show(item, value || saved || null, locked);
      judge.reveal(reply.reveal && reply.reveal.quotes);
      const links = [h("a", { class: "link", href: `./?${new URLSearchParams({ case: reply.reveal ? reply.reveal.case : "", completion: item.key, run: state.run })}`, text: "Open in Explore" }), h("a", { class: "link", href: card(item.key), "data-testid": "card-link", text: "Evidence card" })];
      reveal.show(reply.reveal, links);
      desk.classList.toggle("is-revealed", Boolean(reply.reveal));
      kind.textContent = state.teaching ? "Teaching: what the protocols say is shown at once, and the judgement is marked so" : reply.reveal ? (saved && !editing ? "Saved" : "You have seen what the protocols say: a change is kept as not blind") : waits ? "Kept in this browser" : "Blind: nothing of what the protocols say has been sent to this browser";
      why.hidden = locked || !baseOf();
      changeButton.hidden = !saved || editing || Boolean(waits);
      saveButton.hidden = locked;
      nextButton.hidden = !locked;
      past.hidden = !(reply.history && reply.history.length > 1);
      if (!past.hidden) past.lastChild.replaceChildren(parts.historyTable([...reply.history].reverse()));
      drawFoot();
      drawCounter();
    }

    function drawFoot() {
      foot.querySelector(".judge-said").textContent = isLocked() ? (reply.mine && reply.mine.judgement ? `Saved, version ${reply.mine.version}${reply.mine.blind ? ", blind" : ""}` : "Not on the server yet") : "";
    }

    function drawCounter() {
      const judged = queue.items.length - left();
      counter.replaceChildren(h("b", { text: `${count(judged)} of ${count(queue.items.length)} judged` }), at === -1 ? "" : ` · answer ${count(at + 1)} · ${queue.title}`, h("span", { class: "review-who" }, ` · ${state.reviewer} `, button({ className: "more", words: "Change queue or name", "data-testid": "setup-open", onClick: () => setup.open() })));
    }

    function drawNone() {
      if (at !== -1) trail.push(at);
      at = -1;
      item = reply = null;
      reveal.show(null);
      desk.hidden = true;
      none.hidden = false;
      kind.textContent = judge.question.textContent = "";
      drawCounter();
      const all = queue.items.length;
      none.replaceChildren(h("h2", { tabindex: "-1", text: all ? `All ${plural(all, "answer")} judged` : "This queue is empty" }), h("p", { text: all ? "Look at the agreement, or begin another queue." : state.kind === "differ" ? "The protocols say the same of every answer of this run." : state.kind === "needs review" ? "The rules could decide every answer of this run." : "The run holds no answer yet." }), h("p", { class: "judge-buttons" }, button({ words: "Agreement", className: "btn primary", onClick: () => turn("agreement") }), button({ words: "Another queue", className: "btn", onClick: () => setup.open() })));
      none.querySelector("h2").focus();
      announce(none.querySelector("h2").textContent);
    }

    function drawLine({ online, waiting, why: cause }) {
      line.hidden = online && !waiting && !kept.broken;
      const told = kept.broken ? "This browser keeps nothing: what you judge is safe only once it is saved." : `${cause || "The server does not answer."} ${waiting ? `${plural(waiting, "judgement")} waiting in this browser, sent` : "What you write is kept in this browser, and sent"} as soon as it does.`;
      line.replaceChildren(icon("caution"), h("span", { text: told }));
    }

    function drawNotice(value) {
      if (!value) return;
      notice.hidden = false;
      notice.className = `notice is-${value.tone}`;
      notice.setAttribute("role", value.tone === "error" ? "alert" : "status");
      notice.replaceChildren(icon(value.tone === "error" ? "bad" : "good"), h("p", {}, h("b", { text: value.title }), value.detail ? ` ${value.detail}` : ""), button({ name: "close", label: "Dismiss", className: "icon-btn", onClick: () => (notice.hidden = true) }));
    }

    function markJudged(key) {
      const found = queue && queue.items.find((each) => each.key === key);
      if (found) found.judged = true;
    }

    async function askAgreement({ scale, blind }) {
      try {
        const told = await outbox.request({ action: "agreement", run: state.run, reviewer: state.reviewer, scale, blind });
        if (told.notice) drawNotice(told.notice);
        else agreement.show(told.agreement, state.run);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }

    async function askHistory() {
      if (!state.reviewer) return history.replaceChildren(h("div", { class: "empty" }, h("h2", { text: "No name yet" }), h("p", { text: "Give the name under which you judge, in Judge." })));
      try {
        const told = await outbox.request({ action: "history", run: state.run, reviewer: state.reviewer });
        if (told.notice) return drawNotice(told.notice);
        history.replaceChildren(told.history.length ? parts.historyTable(told.history, openOne) : h("div", { class: "empty" }, h("h2", { text: "You have judged nothing of this run yet" })));
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }

    function openOne(key) {
      let place = queue.items.findIndex((each) => each.key === key);
      if (place === -1) place = queue.items.push({ key, judged: true, begun: false }) - 1;
      if (at !== -1) trail.push(at);
      at = place;
      turn("judge");
      go(place);
    }

    // The base of the page is the root's, so the path is said in full.
    function remember() {
      const url = new URL(location.href);
      const told = { run: state.run, view: state.view === "judge" ? "" : state.view, kind: state.kind === "all" ? "" : state.kind, n: state.kind === "sample" ? state.n : "", seed: state.seed || "" };
      for (const [name, value] of Object.entries(told)) value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
      if (url.href !== location.href) window.history.replaceState(window.history.state, "", url);
    }

    // ---- who judges what ----

    function makeSetup() {
      let wanted = false;
      const labelled = (id, text, control) => h("div", { class: "field" }, h("label", { for: id, text }), control);
      const run = h("select", { id: "setup-run", "data-testid": "setup-run" });
      const chosen = h("select", { id: "setup-kind", "data-testid": "setup-kind", on: { change: fit } }, ...KINDS.map(([value, text]) => h("option", { value, text })));
      const n = h("input", { class: "input", id: "setup-n", type: "number", min: "1", max: "10000", "data-testid": "setup-n" });
      const seed = h("input", { class: "input", id: "setup-seed", type: "number", min: "0", "data-testid": "setup-seed" });
      const name = h("input", { class: "input", id: "setup-name", maxlength: "60", autocomplete: "name", required: true, "data-testid": "setup-name" });
      const teaching = h("input", { type: "checkbox", id: "setup-teaching", "data-testid": "setup-teaching" });
      const size = h("div", { class: "field" }, h("label", { for: "setup-n", text: "How many" }), n);
      const warning = h("p", { class: "hint", hidden: true, text: "This choice tells you that the protocols differ, or that one is undecided; not which says what. Such judgements say nothing of all answers." });
      const error = h("p", { class: "field-error", id: "setup-error", role: "alert", hidden: true });
      const form = h("form", { class: "setup-form", on: { submit: begin } }, labelled("setup-name", "Your name, kept with each judgement", name), labelled("setup-run", "Run", run), labelled("setup-kind", "Answers to judge", chosen), size, labelled("setup-seed", "Seed of the order", seed), h("div", { class: "setup-check" }, teaching, h("label", { for: "setup-teaching", text: "Teaching: show at once what the protocols say. Marked so in the data, and never counted as blind." })), warning, error, h("div", { class: "judge-buttons" }, button({ words: "Begin", type: "submit", className: "btn primary", "data-testid": "setup-begin" })));
      const element = h("section", { class: "panel setup", "aria-labelledby": "setup-title", "data-testid": "setup", hidden: true }, h("h2", { id: "setup-title", text: "Judge answers without knowing what the protocols say" }), h("p", { text: "You see the case and the trace; verdicts come after you have saved yours. Where a quote stands in the context is not marked, for that is what the protocols are judged by: find it as a reader would, also with the browser's own search. The case's expected answer stays back too." }), form);

      function fit() {
        size.hidden = chosen.value !== "sample";
        warning.hidden = !["differ", "needs review"].includes(chosen.value);
      }

      function draw() {
        run.replaceChildren(...heads.map((each) => h("option", { value: each.id, text: `${each.title} · ${plural(each.done, "answer")}` })));
        run.value = state.run;
        chosen.value = KINDS.some(([value]) => value === state.kind) ? state.kind : "all";
        n.value = state.n;
        seed.value = state.seed;
        name.value = state.reviewer;
        teaching.checked = state.teaching;
        fit();
        if (!heads.length) element.replaceChildren(h("div", { class: "empty" }, h("h2", { text: "There is no run to judge yet" }), h("p", { text: "Run a set of cases first." }), h("a", { class: "btn primary", href: "evaluate", text: "Evaluate" })));
      }

      function begin(event) {
        event.preventDefault();
        const given = name.value.trim().replace(/\s+/g, " ");
        error.hidden = Boolean(given);
        if (!given) {
          error.textContent = "Give the name under which your judgements are kept.";
          name.setAttribute("aria-describedby", "setup-error");
          return name.focus();
        }
        sendDraft();
        Object.assign(state, { reviewer: given, run: run.value, kind: chosen.value, n: Math.max(1, Number(n.value) || 20), seed: Math.max(0, Number(seed.value) || 0), teaching: teaching.checked });
        kept.write("reviewer", given);
        wanted = false;
        at = -1;
        item = reply = null;
        return open();
      }

      return { element, draw, isOpen: () => wanted, focus: () => (name.value ? form.querySelector("[type=submit]") : name).focus(), open: () => ((wanted = true), turn("judge")) };
    }

    function act(words, key, onClick, testid) {
      return h("button", { type: "button", class: "btn quiet small", "data-testid": testid, "aria-keyshortcuts": key, on: { click: onClick } }, h("span", { text: words }), h("kbd", { text: key, "aria-hidden": "true" }));
    }

    // ---- keys ----

    function onKey(event) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || root.querySelector("dialog[open]")) return;
      const typing = event.target.closest("input, textarea, select");
      if (typing) {
        if (event.key === "Escape" && item && !judging.hidden) judge.to(0);
        return;
      }
      if (event.key === "?") return help.element.showModal();
      if (judging.hidden || desk.inert || !queue) return;
      const pressable = event.target.closest("button:not([role=radio]), a, summary");
      if (event.key === "Enter" && !pressable && item) {
        event.preventDefault();
        return isLocked() ? next() : save();
      }
      if (!keysOn && /^[a-z]$/i.test(event.key)) return;
      if (event.target.closest(".review-context, .raw, .grid-scroll") && event.key.startsWith("Arrow")) return;
      if (item && judge.key(event)) return event.preventDefault();
      const acts = { s: skip, b: back, u: undo, c: () => !changeButton.hidden && change(), n: () => !judge.note.disabled && judge.note.focus(), t: () => (judge.trace.querySelector(".think").open = !judge.trace.querySelector(".think").open) };
      if (!acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    }

    function makeHelp() {
      const element = h("dialog", { class: "sheet small", "aria-labelledby": "dipg-help-title", "data-testid": "help" });
      const letters = h("input", { type: "checkbox", id: "help-letters", "data-testid": "help-letters", on: { change: () => ((keysOn = letters.checked), kept.write("keys", keysOn)) } });
      letters.checked = keysOn;
      element.append(h("header", { class: "sheet-head" }, h("h2", { id: "dipg-help-title", text: "Keyboard" }), button({ name: "close", label: "Close", className: "icon-btn", onClick: () => element.close() })), h("dl", { class: "keys" }, ...KEYS.flatMap(([key, does]) => [h("dt", {}, ...key.split(" or ").flatMap((each, place) => (place ? [" or ", h("kbd", { text: each })] : [h("kbd", { text: each })]))), h("dd", { text: does })])), h("div", { class: "setup-check" }, letters, h("label", { for: "help-letters", text: "Letters are shortcuts. Turn this off where speech or a switch types for you." })));
      element.addEventListener("click", (event) => event.target === element && element.close());
      return { element };
    }

    open();
    outbox.flush();
    return { update() {} };
  }

  window.dipgPage = { mount };
})();
