// The Review page: a queue of answers is judged blind and by keyboard; what the protocols say comes after the saving.
(() => {
  "use strict";
  const parts = window.dipgParts;
  const { h, button, count, plural, kept, Unreachable } = parts;

  function mount(root) {
    const address = new URLSearchParams(location.search);
    const state = {
      run: address.get("run") || "",
      kind: address.get("kind") || "all",
      n: Number(address.get("n")) || 20,
      seed: Number(address.get("seed")) || 0,
      reviewer: kept.read("reviewer") || "",
      user: "", // the name of the login, where the server has one: then it is the reviewer's
      teaching: false,
      view: address.get("view") || "judge",
    };
    let heads = [];
    let queue = null;
    let item = null;
    let reply = null; // what the server said of the answer on screen: mine, history, reveal
    let editing = false; // a saved judgement is being changed
    let began = 0;
    const ahead = new Map(); // answers that were fetched before they are needed

    const announcer = h("p", { class: "sr", role: "status", "aria-live": "polite", "data-testid": "announcer" });
    const announce = (text) => (announcer.textContent = text);
    const notice = parts.makeNotice();
    const line = parts.makeConnectionLine();
    const score = parts.makeScoring(announce);
    let rescoring = 0;
    const outbox = parts.makeOutbox({ onState: (told) => line.show(told), onDelivered: delivered });
    const card = (key) => `card/${encodeURIComponent(state.run)}/${encodeURIComponent(key)}`;
    const explore = (caseId, key) => `./?${new URLSearchParams({ case: caseId, completion: key, run: state.run })}`;
    const desk = parts.makeDesk({ announce, onChange: changed, onSave: save, onEdit: change, onNext: () => next(), card, explore });
    const { judge, reason, reveal } = desk;
    const drafts = parts.makeDrafts({ outbox, place: () => item && seat(item.key), now: () => ({ judgement: judge.value(), reason: reason.value, at: Date.now() }), asked: () => ({ base: baseOf(), ...who() }), onNotice: (told) => notice.show(told) });
    const help = parts.makeShortcuts({ root, judge, isJudging: () => !judging.hidden, isReady: () => !desk.element.inert && queue !== null, hasAnswer: () => item !== null, onEnter: () => (desk.isLocked() ? next() : save()), letters: { s: skip, b: back, u: undo, c: () => desk.canChange() && change(), n: () => !judge.note.disabled && judge.note.focus(), t: desk.turnThinking } });
    const masthead = parts.makeMasthead({ page: "review", tools: [button({ name: "link", label: "Copy a link to this queue", className: "icon-btn", onClick: () => parts.copyText(root, masthead, location.href, announcer) }), button({ name: "keys", label: "Keyboard shortcuts", className: "icon-btn", "data-testid": "help-open", onClick: help.open })] });
    const tabs = h("nav", { class: "review-tabs", "aria-label": "Views of the review" }, ...[["judge", "Judge"], ["agreement", "Agreement"], ["history", "My history"]].map(([name, title]) => h("button", { type: "button", class: "tab", "data-view": name, "data-testid": `view-${name}`, text: title, on: { click: () => turn(name) } })));
    const setup = parts.makeSetup({ onBegin: begin, onOpen: () => turn("judge") });
    const counter = h("p", { class: "review-counter", "data-testid": "counter" });
    const bar = h("div", { class: "review-bar" }, counter, h("div", { class: "review-acts" }, act("Back", "b", back, "back"), act("Skip", "s", skip, "skip"), act("Undo", "u", undo, "undo")));
    const end = parts.makeQueueEnd({ onAgreement: () => turn("agreement"), onAnother: setup.open });
    const judging = h("div", { class: "review-judging", hidden: true }, bar, h("div", { class: "review-ask" }, desk.kind, judge.question), desk.element, end.element);
    const agreement = parts.makeAgreement({ onChange: askAgreement, explore: (each) => explore(each.case, each.key), card, files: (run, form) => `dipg/review-file?${new URLSearchParams({ run, form })}` });
    const history = h("div", { class: "review-history" });
    agreement.element.hidden = history.hidden = true;
    root.classList.add("dipg", "is-loading");
    root.replaceChildren(masthead, h("div", { class: "page review-page" }, notice.element, line.element, h("header", { class: "review-head" }, h("h1", { text: "Review" }), tabs), score.element, setup.element, judging, agreement.element, history), parts.makeFoot(), announcer, help.element);
    document.addEventListener("visibilitychange", () => document.hidden && drafts.send(true));
    window.addEventListener("pagehide", () => drafts.send(true));

    // Who asks, and of what.
    function who() {
      return { run: state.run, reviewer: state.reviewer, teaching: state.teaching, kind: state.kind, n: state.n, seed: state.seed };
    }

    const seat = (key) => ({ run: state.run, key, reviewer: state.reviewer });
    const isMine = (waiting) => waiting.run === state.run && waiting.reviewer === state.reviewer;
    const baseOf = () => (reply && reply.mine ? reply.mine.version : 0);

    // Answers that today's rules have not scored come first: how far that is, and `again` asks once more.
    function isScoring(told, again) {
      window.clearTimeout(rescoring);
      score.set(told.scoring || null, "");
      if (told.scoring) rescoring = window.setTimeout(again, parts.AGAIN_MS);
      return Boolean(told.scoring);
    }

    // ---- the queue ----

    async function open() {
      const run = state.run;
      try {
        const told = await outbox.request({ action: "open", ...who() });
        if (run !== state.run) return; // another run was chosen meanwhile
        if (told.notice) notice.show(told.notice);
        heads = told.heads || heads;
        state.run = told.run === undefined ? state.run : told.run;
        if (told.queue) queue = parts.makeQueue(told.queue);
        state.user = told.user || "";
        state.reviewer = told.user || state.reviewer;
        if (isScoring(told, open)) return drawWaiting();
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        window.setTimeout(open, 1500);
        return;
      }
      for (const waiting of outbox.waiting()) if (queue && isMine(waiting)) queue.mark(waiting.key, true);
      ahead.clear();
      setup.draw(heads, state);
      root.classList.remove("is-loading");
      turn(state.view);
    }

    // Another run can be chosen meanwhile; what stands in the form is left alone.
    function drawWaiting() {
      root.classList.remove("is-loading");
      if (queue === null && !setup.element.hidden) return;
      queue = null;
      setup.draw(heads, state);
      setup.element.hidden = false;
      judging.hidden = agreement.element.hidden = history.hidden = true;
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
      else if (!judging.hidden && queue.at() === -1) next();
      else if (!setup.element.hidden) setup.focus();
    }

    function next() {
      const place = queue.following();
      if (place === -1) return drawEnd();
      queue.leaveFor(place);
      return go(place);
    }

    function skip() {
      if (queue.left() <= 1 && reply && !reply.mine) return announce("This is the last answer without a judgement.");
      announce("Skipped. It comes back at the end.");
      return next();
    }

    function back() {
      const place = queue.before();
      return place === -1 ? announce("There is no answer before this one.") : go(place);
    }

    async function go(place) {
      drafts.send();
      const key = queue.keyAt(place);
      queue.to(place);
      drawCounter();
      let told = ahead.get(key);
      ahead.delete(key);
      desk.element.inert = true; // until the answer is there, no key may judge the one before it
      try {
        told ||= await outbox.request({ action: "item", key, ...who() });
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        window.setTimeout(() => queue.at() === place && go(place), 1500);
        return;
      }
      if (queue.at() !== place) return;
      desk.element.inert = false;
      desk.element.hidden = !told.item;
      if (!told.item) return notice.show(told.notice);
      reply = told;
      item = told.item;
      editing = false;
      began = performance.now();
      end.element.hidden = true;
      const waiting = outbox.waiting().find((each) => each.action === "save" && each.key === key && isMine(each));
      draw(waiting ? waiting.judgement : begun(key, told), Boolean(waiting));
      judge.start();
      announce(`Answer ${place + 1} of ${queue.size()}. ${plural(item.quotes.length, "quote")}. ${item.question}`);
      fetchAhead();
    }

    // In teaching nothing is fetched ahead: what is fetched counts as seen.
    async function fetchAhead() {
      const place = queue.following();
      if (state.teaching || place === -1 || place === queue.at() || ahead.has(queue.keyAt(place))) return;
      const key = queue.keyAt(place);
      try {
        ahead.set(key, await outbox.request({ action: "item", key, ...who() }));
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }

    function changed() {
      if (item) drafts.change();
    }

    // What was written of this answer and not saved; where it was saved before, it is being changed.
    function begun(key, told) {
      const draft = drafts.newest(seat(key), told.draft);
      if (draft && told.mine && told.mine.judgement) {
        editing = true;
        reason.value = draft.reason || "";
      }
      return draft && draft.judgement;
    }

    // ---- saving ----

    async function save() {
      if (!item || desk.isLocked()) return;
      const gap = judge.missing();
      if (gap) return announce(gap);
      if (baseOf() && !reason.value.trim()) {
        reason.focus();
        return announce("Say why you change it.");
      }
      drafts.drop();
      const [key, place, judgement] = [item.key, queue.at(), judge.value()];
      desk.hold(true);
      const told = await outbox.send({ action: "save", key, judgement, reason: baseOf() ? reason.value : "", base: baseOf(), seconds: Math.round((performance.now() - began) / 100) / 10, ...who() });
      desk.hold(false);
      if (told && told.notice) return refused(told, key);
      drafts.forget(seat(key));
      queue.mark(key, true);
      queue.saved(place);
      if (!item || item.key !== key) return;
      if (told) reply = { ...reply, ...told };
      editing = false;
      draw(judgement, !told);
      desk.focusNext();
      if (told) reveal.element.scrollIntoView({ block: "nearest" });
      announce(told ? `Saved. ${told.reveal.differ}` : "Kept in this browser; it is sent as soon as the server answers.");
    }

    function refused(told, key) {
      notice.show(told.notice);
      announce(`${told.notice.title}. ${told.notice.detail}`);
      if (told.notice.field === "reason") reason.focus();
      if (told.conflict && item && item.key === key) {
        drafts.forget(seat(key));
        go(queue.at());
      }
    }

    // A judgement that waited has arrived, or was refused then: what was judged is kept as a draft.
    function delivered(payload, told) {
      const here = item && item.key === payload.key && isMine(payload);
      if (told.notice) {
        if (payload.action === "save" && !told.conflict) drafts.keep(payload, { judgement: payload.judgement, reason: payload.reason, at: Date.now() });
        notice.show(told.notice);
      }
      if (here && state.view === "judge") go(queue.at());
    }

    async function undo() {
      const place = reply && reply.mine && reply.mine.judgement ? queue.at() : queue.lastSaved();
      if (place === -1) return announce("There is nothing to undo.");
      if (place !== queue.at()) await go(place);
      if (!reply.mine || !reply.mine.judgement) return announce("There is nothing to undo.");
      const before = reply.mine.judgement;
      const told = await outbox.send({ action: "undo", key: item.key, base: reply.mine.version, reason: "Undone.", ...who() });
      if (!told) return announce("It is undone as soon as the server answers.");
      if (told.notice) return refused(told, item.key);
      reply = { ...reply, ...told };
      const withdrawn = !told.mine.judgement;
      if (withdrawn) queue.mark(item.key, false);
      editing = false;
      draw(withdrawn ? before : null);
      announce(withdrawn ? "Withdrawn. Judge it again." : "Undone. The earlier judgement holds again.");
      if (withdrawn) judge.start();
      else desk.focusNext();
    }

    function change() {
      editing = true;
      reason.value = "";
      draw(reply.mine.judgement);
      judge.start();
      announce("Change it, say why, and save.");
    }

    // ---- drawing ----

    // `value` is what stands in the rows, null for what was saved; `waits` that it has not reached the server.
    function draw(value, waits) {
      desk.draw({ item, reply, value, waits, editing, teaching: state.teaching });
      drawCounter();
    }

    function drawCounter() {
      const at = queue.at();
      const place = at === -1 ? "" : ` · answer ${count(at + 1)} · ${queue.title}`;
      const other = button({ className: "more", words: state.user ? "Change queue" : "Change queue or name", "data-testid": "setup-open", onClick: () => setup.open() });
      counter.replaceChildren(h("b", { text: `${count(queue.size() - queue.left())} of ${count(queue.size())} judged` }), place, h("span", { class: "review-who" }, ` · ${state.reviewer} `, other));
    }

    function drawEnd() {
      queue.leaveFor(-1);
      item = reply = null;
      reveal.show(null);
      desk.element.hidden = true;
      desk.kind.textContent = judge.question.textContent = "";
      drawCounter();
      announce(end.show(queue.size(), state.kind));
    }

    async function askAgreement({ scale, blind }) {
      try {
        const told = await outbox.request({ action: "agreement", run: state.run, reviewer: state.reviewer, scale, blind });
        if (state.view !== "agreement" || isScoring(told, () => askAgreement({ scale, blind }))) return;
        if (told.notice) notice.show(told.notice);
        else agreement.show(told.agreement, state.run);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }

    async function askHistory() {
      if (!state.reviewer) return history.replaceChildren(h("div", { class: "empty" }, h("h2", { text: "No name yet" }), h("p", { text: "Give the name under which you judge, in Judge." })));
      try {
        const told = await outbox.request({ action: "history", run: state.run, reviewer: state.reviewer });
        if (state.view !== "history" || isScoring(told, askHistory)) return;
        if (told.notice) return notice.show(told.notice);
        history.replaceChildren(told.history.length ? parts.historyTable(told.history, openOne) : h("div", { class: "empty" }, h("h2", { text: "You have judged nothing of this run yet" })));
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }

    function openOne(key) {
      const place = queue.placeOf(key);
      queue.leaveFor(place);
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

    function begin(choice) {
      drafts.send();
      Object.assign(state, choice);
      if (!state.user) kept.write("reviewer", state.reviewer);
      if (queue) queue.to(-1);
      item = reply = null;
      return open();
    }

    function act(words, key, onClick, testid) {
      return h("button", { type: "button", class: "btn quiet small", "data-testid": testid, "aria-keyshortcuts": key, on: { click: onClick } }, h("span", { text: words }), h("kbd", { text: key, "aria-hidden": "true" }));
    }

    open();
    outbox.flush();
    return { update() {} };
  }

  window.dipgPage = { mount };
})();
