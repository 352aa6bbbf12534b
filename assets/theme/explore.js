// The Explore page: joins the panels, keeps what is on screen in step with the server's value, and listens to the keyboard.
(() => {
  "use strict";
  const parts = window.dipgParts;
  const { h, icon, button, once, ACTIVE } = parts;

  const THROTTLE_MS = 90;
  const ANNOUNCED = { queued: "Waiting for the model", loading: "Loading the model", reading: "The model reads the case", writing: "The model writes", stopped: "Stopped; what was received is kept", failed: "Failed; what was received is kept" };
  const SECTIONS = { think: "Think", proof: "Proof", answer: "Answer" };
  const KEYS = [["g", "Generate"], ["s or Esc", "Stop"], ["n", "Next citation"], ["p", "Previous citation"], ["/", "Search the cases"], ["r", "Raw completion"], ["?", "This sheet"]];

  function mount(root, send) {
    let shown = { page: null, live: null, result: null };
    let current = null; // the citation that is picked
    let wanted = Number(new URLSearchParams(location.search).get("citation")) || 0; // 1-based, from the address
    let phase = "";
    let caseId = null;

    const link = (action) => (indices) => light(indices.length ? indices : current === null ? [] : [current], action === "trace" && indices.length > 0);
    const source = parts.makeSource({ onHover: link("source"), onPick: (index) => pick(index, "source") });
    const paste = parts.makePaste(send);
    const trace = parts.makeTrace({ onHover: link("trace"), onPick: (index) => pick(index, "trace"), onUse: () => paste.open(), onReplay: () => shown.result && send("replay", { completion: shown.result.completion.id }) });
    const line = parts.makeLine();
    const verdict = parts.makeVerdict({ line: line.element, onThreshold: throttle((value) => send("set_threshold", { value }), THROTTLE_MS), onPick: (index) => pick(index, "verdict") });
    const own = parts.makeOwnCase(send);
    const cases = parts.makeCases({ onOpen: openCase, onOwn: () => own.open(), onUpload: chooseFile, onForget: () => send("forget_upload", {}) });
    const columns = parts.makeColumns({ onMap: (chosen) => send("map_columns", { columns: chosen }), onUse: (chosen) => send("use_columns", { columns: chosen }), onDrop: () => send("drop_columns", {}) });
    const controls = parts.makeControls({ send, canRun: () => Boolean(shown.page && shown.page.case) });
    const help = parts.makeKeySheet(KEYS);
    const announcer = h("p", { class: "sr", role: "status", "aria-live": "polite", "data-testid": "announcer" });
    const notice = h("div", { class: "notice", hidden: true, "data-testid": "notice" });
    const head = h("header", { class: "case-head", "data-testid": "case-head" });
    const traces = h("div", { class: "traces", hidden: true });
    const stage = h("div", { class: "stage" }, controls.element, traces);
    const failure = h("div", { class: "failure", hidden: true, role: "alert", "data-testid": "failure" });
    const bar = h("div", { class: "summary-bar", "aria-hidden": "true" }, verdict.chips);
    const welcome = makeWelcome(() => own.open(), chooseFile, () => drawer(true));
    const work = h("div", { class: "work", "data-content": true }, notice, columns.element, welcome, h("div", { class: "top" }, head, stage), bar, failure, verdict.element, h("div", { class: "panels" }, source.element, trace.element));
    const masthead = makeMasthead();
    const scrim = h("div", { class: "scrim", on: { click: () => drawer(false) } });
    root.classList.add("dipg", "is-loading");
    root.replaceChildren(masthead, h("div", { class: "shell" }, h("div", { class: "rail-column" }, cases.element), scrim, work), parts.makeFoot(), announcer, own.element, paste.element, help.element);
    cases.element.querySelector(".rail-close").addEventListener("click", () => drawer(false));
    verdict.waiting("Opening the cases …");
    trace.clear("");
    line.idle("");
    watchScroll();
    fitSource();
    window.addEventListener("scroll", fitSource, { passive: true });
    window.addEventListener("resize", fitSource);
    document.addEventListener("keydown", onKey);
    window.addEventListener("beforeprint", () => unfold(true));
    window.addEventListener("afterprint", () => unfold(false));

    function update(value) {
      const before = shown;
      shown = { page: value.page || before.page, live: value.live || null, result: value.result || null };
      root.classList.remove("is-loading");
      const pageChanged = shown.page && (!before.page || before.page.rev !== shown.page.rev);
      const resultChanged = Boolean(shown.result) !== Boolean(before.result) || Boolean(shown.result && before.result.rev !== shown.result.rev);
      if (pageChanged) drawPage(shown.page);
      const active = Boolean(shown.live && ACTIVE.has(shown.live.phase));
      controls.setBusy(active);
      if (active) drawLive(shown.live, false, before);
      else if (shown.result) drawResult(resultChanged || Boolean(before.live && ACTIVE.has(before.live.phase)) || !painted());
      else if (shown.live) drawLive(shown.live, true, before);
      else drawIdle();
      drawFailure(shown.live);
      paste.settle(value, resultChanged);
      if (!active && shown.live && phase !== shown.live.phase) announce(shown.live);
    }

    const painted = () => root.dataset.view === "result";

    function drawPage(page) {
      const item = page.case;
      const changed = (item ? item.id : null) !== caseId || (item && item.context !== source.text());
      cases.set(page);
      controls.set(page);
      verdict.threshold.set(page.threshold);
      drawNotice(page.notice);
      drawColumns(page.columns);
      drawTraces(page);
      own.settle(page);
      welcome.hidden = Boolean(item);
      root.classList.toggle("has-case", Boolean(item));
      if (!changed) return;
      const first = caseId === null;
      caseId = item ? item.id : null;
      current = null;
      root.dataset.view = "";
      drawHead(item);
      source.setText(item ? item.context : "");
      cases.reveal();
      if (!first && item && mayMoveFocus()) head.querySelector("h1").focus({ preventScroll: true });
      drawer(false);
    }

    // The case that was picked takes the focus from the list, never from what the visitor has turned to meanwhile.
    function mayMoveFocus() {
      const focused = document.activeElement;
      return !focused || focused === document.body || cases.element.contains(focused);
    }

    function drawHead(item) {
      if (!item) return head.replaceChildren();
      const facts = [parts.capital(item.category), item.difficulty, item.genre].filter(Boolean);
      const wants = { answer: "An answer is in the source", abstain: "The source does not say: the model must abstain", "flag conflict": "The sources conflict: the model must say so" }[item.behaviour];
      return head.replaceChildren(
        h("p", { class: "eyebrow" }, ...facts.map((text) => h("span", { text })), item.own && h("span", { class: "own-mark", text: "your own case" })),
        parts.longText(h("h1", { tabindex: "-1", class: "question", "data-testid": "question" }), item.question, 1200),
        h("p", { class: "probes" }, wants && h("b", { text: wants + ". " }), item.probes),
      );
    }

    function drawNotice(value) {
      const elsewhere = value && (own.owns(value) || paste.owns(value));
      notice.hidden = !value || Boolean(elsewhere);
      if (notice.hidden) return;
      notice.className = `notice is-${value.tone}`;
      notice.setAttribute("role", value.tone === "error" ? "alert" : "status");
      notice.replaceChildren(icon(value.tone === "error" ? "bad" : "good"), h("p", {}, h("b", { text: value.title }), value.detail ? ` ${value.detail}` : ""), button({ name: "close", label: "Dismiss", className: "icon-btn", onClick: () => ((notice.hidden = true), send("dismiss", {})) }));
    }

    // A file that was just chosen is asked about; the list that it was chosen from makes room on a phone.
    function drawColumns(value) {
      const answered = !value && columns.element.contains(document.activeElement);
      if (value && columns.element.hidden) drawer(false);
      columns.update(value);
      if (answered) head.querySelector("h1")?.focus({ preventScroll: true });
    }

    // Which of the traces of this case is on screen, when there is more than one.
    function drawTraces(page) {
      const list = page.completions || [];
      traces.hidden = list.length < 2;
      if (traces.hidden) return;
      const select = h("select", { "aria-label": "Trace on screen", "data-testid": "traces", on: { change: (event) => send("open_completion", { id: event.target.value }) } }, ...list.map((entry) => h("option", { value: entry.id, text: `${entry.stored ? "Stored: " : "Live: "}${entry.title}` })));
      if (shown.result) select.value = shown.result.completion.id;
      traces.replaceChildren(select);
    }

    function drawLive(live, ended, before) {
      const fresh = !before.live || before.live.run !== live.run || root.dataset.view !== "live";
      if (fresh) {
        root.dataset.view = "live";
        current = null;
        source.clear();
        verdict.waiting(ended ? "There is no verdict: the trace did not come to its end." : "The verdict comes when the trace is whole.");
      }
      if (phase !== live.phase) announce(live);
      if (!ended) controls.follow(live.phase);
      if (ended) verdict.waiting("There is no verdict: the trace did not come to its end.");
      line.live(live);
      if (ended) trace.live(live, true);
      else if (live.text) trace.live(live, false);
      else if (fresh) trace.clear("The trace appears here as the model writes it.");
      source.paintLive(live.citations);
      if (fresh) fitSource();
      announceSections(live);
    }

    function drawResult(fresh) {
      line.result(shown.result);
      if (!fresh) return;
      root.dataset.view = "result";
      const rescored = root.dataset.trace === shown.result.completion.id + shown.result.completion.started;
      root.dataset.trace = shown.result.completion.id + shown.result.completion.started;
      trace.result(shown.result, shown.page && shown.page.case ? shown.page.case.expected : null);
      source.paint(shown.result.citations);
      verdict.result(shown.result);
      fitSource();
      if (!rescored) source.reveal();
      drawTraces(shown.page || {});
      if (wanted && shown.result.citations.length >= wanted) pick(wanted - 1, "address");
      else if (rescored && current !== null) light([current], false);
      wanted = 0;
      remember();
    }

    function drawIdle() {
      if (root.dataset.view === "idle") return;
      root.dataset.view = "idle";
      const has = shown.page && shown.page.case;
      verdict.waiting(has ? "The verdict comes when a model has answered." : "Pick a case, or bring your own.");
      trace.clear(has ? "Press Generate and watch the model think, quote and answer; or score a completion that you have." : "The trace appears here.");
      source.paint([]);
      line.idle(has ? "Not run yet" : "");
      fitSource();
      remember();
    }

    function drawFailure(live) {
      const bad = live && live.phase === "failed" && live.error;
      failure.hidden = !bad;
      if (bad) drawFailureOnce(`${live.run}`, live);
    }
    const drawFailureOnce = once((live) => failure.replaceChildren(icon("bad", "big"), h("div", {}, h("p", { class: "failure-title", text: live.error.title }), h("p", { text: live.error.detail }), h("p", { class: "kept", text: live.text ? "What was received is kept below. It is not scored." : "Nothing was received." }))));

    const announceSections = (() => {
      let said = "";
      return (live) => {
        const ended = live.sections.filter((section) => section.end !== null).map((section) => section.kind);
        const key = `${live.run}:${ended.join()}`;
        if (key === said) return;
        said = key;
        if (ended.length) announcer.textContent = `${SECTIONS[ended[ended.length - 1]]} is written.`;
      };
    })();

    function announce(live) {
      phase = live.phase;
      if (phase === "done" && shown.result) announcer.textContent = `Done. ${shown.result.evaluations.map((e) => `${e.title}: ${e.label}`).join(". ")}.`;
      else if (ANNOUNCED[phase]) announcer.textContent = `${ANNOUNCED[phase]}.`;
    }

    function light(indices, scroll) {
      source.light(indices, scroll);
      trace.light(indices, current);
    }

    function pick(index, from) {
      if (!shown.result || root.dataset.view !== "result") return;
      current = current === index && from === "trace" ? null : index;
      light(current === null ? [] : [current], current !== null);
      if (current !== null && from !== "trace") trace.focus(index, { focus: from !== "address", scroll: from !== "address" });
      remember();
    }

    function step(by) {
      const list = shown.result ? shown.result.citations : [];
      if (!list.length) return;
      pick(current === null ? (by > 0 ? 0 : list.length - 1) : (current + by + list.length) % list.length, "keys");
    }

    function openCase(id) {
      cases.mark(id);
      send("open_case", { id });
      if (shown.page && shown.page.case && shown.page.case.id === id) drawer(false);
    }

    function chooseFile() {
      const control = document.querySelector("#dipg-upload input[type=file]") || document.querySelector("#dipg-upload button");
      if (control) control.click();
    }

    // The address restores what is on screen: case, trace, citation. Other parameters are left as they are.
    function address() {
      const url = new URL(location.href);
      const put = (name, value) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
      put("case", shown.page && shown.page.case && !shown.page.case.own ? shown.page.case.id : "");
      put("completion", shown.result && shown.result.stored ? shown.result.completion.id : "");
      put("citation", current === null ? "" : String(current + 1));
      return url;
    }

    function remember() {
      if (!shown.page) return;
      const url = address();
      if (url.href !== location.href) history.replaceState(history.state, "", url);
    }

    function copyLink() {
      return parts.copyText(root, masthead, address().href, announcer);
    }

    function drawer(open) {
      root.classList.toggle("rail-open", open);
      masthead.querySelector(".rail-toggle").setAttribute("aria-expanded", String(open));
      if (open) cases.search.focus({ preventScroll: true });
    }

    function onKey(event) {
      if (!root.isConnected || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("dialog[open]")) return;
      if (event.key === "Escape") return escape(event);
      if (typing(event.target) || !help.isOn()) return;
      const acts = { g: () => controls.start(), s: () => controls.stop(), n: () => step(1), p: () => step(-1), r: () => root.querySelector("[data-testid=raw-toggle]").click(), "?": () => help.open(), "/": () => ((window.innerWidth < 1200) && drawer(true), cases.search.focus()) };
      if (!Object.hasOwn(acts, event.key)) return;
      event.preventDefault();
      acts[event.key]();
    }

    function escape(event) {
      if (controls.closeAll()) return;
      if (root.classList.contains("rail-open")) return drawer(false);
      if (typing(event.target)) return event.target.blur();
      if (controls.isBusy()) return controls.stop();
      if (current !== null) {
        current = null;
        light([], false);
        remember();
      }
    }

    // The source panel ends where the window ends, wherever the page stands, so that its passages are in sight.
    function fitSource() {
      const top = Math.max(58, source.element.getBoundingClientRect().top);
      root.style.setProperty("--source-room", `${Math.round(window.innerHeight - top - 20)}px`);
    }

    // While the cards are out of sight their outcomes stand in a bar at the top.
    function watchScroll() {
      if (typeof IntersectionObserver === "undefined") return;
      new IntersectionObserver((entries) => bar.classList.toggle("is-on", !entries[entries.length - 1].isIntersecting && entries[entries.length - 1].boundingClientRect.top < 0), { rootMargin: "-60px 0px 0px 0px" }).observe(verdict.element);
    }

    function unfold(on) {
      for (const entry of root.querySelectorAll("details")) {
        if (on && !entry.open) entry.dataset.folded = "yes";
        if (on) entry.open = true;
        else if (entry.dataset.folded) entry.open = false;
        if (!on) delete entry.dataset.folded;
      }
    }

    function makeMasthead() {
      const toggle = button({ name: "list", words: "Cases", className: "btn quiet rail-toggle", "aria-expanded": "false", "aria-controls": "dipg-rail", "data-testid": "cases-open", onClick: () => drawer(!root.classList.contains("rail-open")) });
      const tools = [button({ name: "link", label: "Copy a link to what is on screen", className: "icon-btn", "data-testid": "copy-link", onClick: copyLink }), parts.printButton(), button({ name: "keys", label: "Keyboard shortcuts", className: "icon-btn", "data-testid": "help-open", onClick: () => help.open() })];
      return parts.makeMasthead({ page: "explore", before: toggle, tools });
    }

    return { update };
  }

  function makeWelcome(onOwn, onUpload, onCases) {
    return h("section", { class: "welcome", hidden: true, "data-testid": "welcome" }, h("h1", { text: "Is the answer in the source?" }), h("p", { text: "Pick a case. A model reads it, thinks, quotes its evidence and answers; every quote lights up in the source, and three protocols say whether it is safe, and why." }), h("p", { class: "welcome-acts" }, button({ words: "Browse the cases", name: "list", className: "btn primary welcome-cases", onClick: onCases }), button({ words: "Bring your own case", name: "plus", onClick: onOwn }), button({ words: "Upload cases", name: "upload", className: "btn quiet", onClick: onUpload })));
  }

  const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && !/^(radio|checkbox|range|button)$/.test(target.type)));

  // At most one call every `ms`, and always the last one.
  function throttle(call, ms) {
    let last = 0;
    let timer = 0;
    return (...args) => {
      window.clearTimeout(timer);
      const wait = Math.max(0, last + ms - performance.now());
      timer = window.setTimeout(() => {
        last = performance.now();
        call(...args);
      }, wait);
    };
  }

  window.dipgExplore = { mount };
})();
