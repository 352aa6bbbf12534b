// The Evaluate page: a whole set is run, watched while it fills, stopped and gone on with; every answer is a row.
(() => {
  "use strict";
  const parts = window.dipgParts;
  const { h, icon, button, count, plural, day } = parts;

  const POLL_MS = 1000;
  const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
  // A table is sent whole, so a long one is fetched less often while it grows: a second for every so many rows.
  const ROWS_A_SECOND = 400;
  const STATES = { queued: "Waiting", running: "Running", stopped: "Stopped", interrupted: "Interrupted", finished: "Finished" };
  const FILTERS = ["protocol", "outcome", "flag", "category", "differ", "reason"];
  const FORMATS = [["html", "Report"], ["jsonl", "JSONL"], ["csv", "CSV"], ["parquet", "Parquet"], ["inspect", "Inspect AI log"], ["lm-eval", "lm-eval samples"]];

  function mount(root, send) {
    let heads = [];
    const begin = Object.fromEntries(["run", "mark", "q", "sort", ...FILTERS].map((name) => [name, new URLSearchParams(location.search).get(name) || ""]));
    let run = begin.run;
    let view = null; // {stamp, table, columns, charts, reasons} of the run on screen
    let progress = null;
    let asked = 0;
    let polling = 0;
    let fetched = 0;
    let picked = begin.mark; // the mark whose answers are in the table
    let scoring = null; // how far the answers are scored, while that keeps them from being shown
    let colours = null;

    const announcer = h("p", { class: "sr", role: "status", "aria-live": "polite", "data-testid": "announcer" });
    const masthead = parts.makeMasthead({ page: "evaluate", tools: [button({ name: "link", label: "Copy a link to what is on screen", className: "icon-btn", onClick: () => parts.copyText(root, masthead, location.href, announcer) }), parts.printButton()] });
    const notice = h("div", { class: "notice", hidden: true, "data-testid": "notice" });
    const form = parts.makeRunForm({ onStart: (values) => ask("start", values), onUpload: () => chooseFile(0), onFetch: (id) => ask("fetch_set", { id }), onMap: (columns) => ask("map_columns", { columns }), onUse: (columns) => ask("use_columns", { columns }), onDrop: () => ask("drop_columns", {}) });
    const list = h("ul", { class: "runs", "data-testid": "runs" });
    const runs = h("section", { class: "panel runs-panel", "aria-labelledby": "runs-title" }, h("div", { class: "runs-head" }, h("h2", { id: "runs-title", text: "Runs" }), h("p", { class: "table-count", "data-testid": "runs-count" }), button({ name: "upload", words: "Import a run", className: "btn quiet small", "data-testid": "import-open", onClick: () => chooseFile(1) })), list);
    const head = h("header", { class: "run-head" });
    const meter = h("div", { class: "run-meter", role: "progressbar", "aria-label": "Answers so far", "aria-valuemin": "0" }, h("i", { class: "is-done" }), h("i", { class: "is-failed" }));
    const facts = h("p", { class: "run-facts", "data-testid": "run-facts" });
    const acts = h("div", { class: "run-acts", "data-testid": "run-acts" });
    const failures = h("div", { class: "run-failures", hidden: true, "data-testid": "run-failures" });
    const charts = new Map(["rates", "rewards"].map((id) => [id, parts.makeChart({ id, onMark: pick, onThreshold: () => {} })]));
    const grid = h("div", { class: "charts" }, ...[...charts.values()].map((each) => each.element));
    const now = () => ({ table: view && view.table, columns: view && view.columns });
    const table = parts.makeTable({ noun: "answer", label: "Answers of this run", columns: parts.answerColumns(now), link: (row) => parts.rowLink(view.table, row), text: (row) => parts.rowText(view.table, row), tally: (_, alone) => parts.tally(view && view.table, alone), onSearch: seek, onView: remember, begin });
    const filters = parts.makeFilters({ now, onChange: filter, begin: Object.fromEntries(FILTERS.map((name) => [name, begin[name]])) });
    const score = parts.makeScoring((text) => (announcer.textContent = text));
    const answers = h("section", { class: "answers", "aria-labelledby": "answers-title" }, h("h2", { id: "answers-title", text: "Every answer" }), h("p", { text: "What each protocol made of it, the rule that decided, and the reward. A row opens in Explore." }), filters.element, table.element);
    const soon = h("p", { class: "run-soon", hidden: true, text: "Its charts and answers appear here as soon as the first one is stored." });
    const shown = h("section", { class: "run-shown", "aria-label": "The run on screen", "data-testid": "run-shown" }, h("div", { class: "panel run-panel" }, head, meter, facts, acts, failures), score.element, soon, grid, answers);
    const confirm = makeConfirm(() => ask("delete", {}));
    root.classList.add("dipg", "is-loading");
    parts.fetchPlotly();
    root.replaceChildren(masthead, h("div", { class: "page evaluate-page" }, notice, h("header", { class: "page-head" }, h("h1", { text: "Run a whole set" }), h("p", { text: "Every answer is stored as it ends: close the tab, stop, or lose power, and a run goes on from there." })), h("div", { class: "evaluate-top" }, form.element, runs), shown), parts.makeFoot(), announcer, confirm.element);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    document.addEventListener("change", guardUpload, true);
    document.addEventListener("visibilitychange", () => document.hidden || poll(0));

    function ask(action, values) {
      asked += 1;
      again(action, values);
    }

    function again(action, values) {
      send({ action, run, known: view ? view.stamp : "", asked, ...values });
    }

    function update(value) {
      root.classList.remove("is-loading");
      if (value.asked && value.asked < asked && !value.found && !value.started) return;
      form.settled();
      if (value.form) form.update(value.form);
      drawNotice(value.notice);
      if (value.found) return found(value.found);
      if (!value.heads) return;
      heads = value.heads;
      const changed = value.run !== run;
      run = value.run;
      const before = progress && progress.run === run ? progress.state : "";
      if (value.view || value.scoring || changed) scoring = value.scoring || null;
      progress = value.progress || null;
      if (changed) view = null;
      if (value.view && value.view.table) {
        const first = !view;
        view = { ...value.view, table: parts.unpackTable(value.view.table), columns: parts.unpackColumns(value.view.columns) };
        fetched = performance.now();
        table.set(parts.allRows(view.table), !changed);
        filters.fill(view.reasons, !changed);
        if (picked && !changed) choose(true);
        if (first) seek(table.view().q);
      } else if (value.view && view) view.stamp = value.view.stamp;
      if (value.started) parts.scrollTo(shown);
      if (before && before !== progress.state) announcer.textContent = `${STATES[progress.state]}: ${progress.done} of ${progress.total}.`;
      draw();
      // What ended between two looks at the answers is looked at once more.
      if (["running", "queued"].includes(before) && !isGoing() && !value.view && !scoring) ask("show", {});
      poll(POLL_MS);
    }

    // While something is at work the page asks how far it is; a long table only now and then.
    function poll(wait) {
      window.clearTimeout(polling);
      if (scoring) return void (polling = window.setTimeout(() => ask("show", {}), parts.AGAIN_MS));
      if (!heads.some((each) => each.going) || document.hidden) return;
      polling = window.setTimeout(() => {
        const rows = view && view.table ? view.table.case.length : 0;
        const due = performance.now() - fetched > Math.max(POLL_MS, (1000 * rows) / ROWS_A_SECOND);
        ask("show", due || !progress || !isGoing() ? {} : { light: true });
      }, wait);
    }

    const isGoing = () => Boolean(progress && (progress.state === "running" || progress.state === "queued"));

    function draw() {
      drawList();
      const chosen = heads.find((each) => each.id === run);
      shown.hidden = !chosen;
      if (!chosen) return;
      drawHead(chosen);
      drawActs(chosen);
      drawFailures();
      const some = Boolean(view && view.table && view.table.case.length);
      score.set(scoring);
      grid.hidden = !some;
      soon.hidden = !isGoing() || some || Boolean(scoring);
      answers.hidden = !(view && view.table && view.table.case.length + view.table.failures.length);
      if (some) drawCharts();
      remember();
    }

    function drawList() {
      document.querySelector("[data-testid=runs-count]").textContent = heads.length ? count(heads.length) : "";
      const focused = list.contains(document.activeElement) ? document.activeElement.dataset.run : null;
      list.replaceChildren(...heads.map(item));
      if (!heads.length) list.append(h("li", { class: "runs-none", text: "There is no run yet. Choose cases and a model, and start one." }));
      if (focused) for (const each of list.querySelectorAll("button")) if (each.dataset.run === focused) each.focus();
    }

    function item(each) {
      const told = each.going || each.done + each.failed < each.total ? `${count(each.done)} of ${count(each.total)}` : `n = ${count(each.done)}`;
      const state = each.origin === "run here" ? STATES[each.state] : parts.capital(each.origin);
      return h("li", {}, h("button", { type: "button", class: "list-item", "data-run": each.id, "data-testid": "run-item", "aria-current": each.id === run ? "true" : null, on: { click: () => open(each.id) } }, h("span", { class: "run-title", text: each.title }), h("span", { class: "run-meta" }, h("span", { class: `run-state is-${each.state}` }, h("i", { class: "lamp" }), state), h("span", { text: told }), each.failed ? h("span", { text: `${count(each.failed)} failed` }) : null, h("span", { text: day(each.created) }))));
    }

    function open(id) {
      run = id;
      view = progress = scoring = null;
      picked = "";
      filters.set({});
      ask("show", {});
      for (const each of list.querySelectorAll("button")) each.toggleAttribute("aria-current", false);
      list.querySelector(`[data-run="${CSS.escape(id)}"]`)?.setAttribute("aria-current", "true");
    }

    function drawHead(chosen) {
      head.replaceChildren(h("h2", { "data-testid": "run-name", text: chosen.title }), h("p", { text: parts.dotted(chosen.model, chosen.case_set, chosen.settings, chosen.machine) }));
      const { total, done, failed } = progress || chosen;
      const width = (n) => `${total ? (100 * n) / total : 0}%`;
      meter.firstChild.style.width = width(done);
      meter.lastChild.style.width = width(failed);
      meter.setAttribute("aria-valuemax", String(total));
      meter.setAttribute("aria-valuenow", String(done + failed));
      meter.setAttribute("aria-valuetext", `${done} of ${total} answers, ${failed} failed`);
      const state = progress ? progress.state : chosen.state;
      const going = state === "running" || state === "queued";
      const told = [[STATES[state], "run-state-words"], [`${count(done)} of ${plural(total, "answer")}`, ""], [failed ? `${count(failed)} failed` : "", "is-failed"], [progress && progress.rate ? `${progress.rate.toFixed(1)} tokens/s` : "", ""], [progress && progress.elapsed ? `${span(progress.elapsed)} so far` : "", ""], [going && progress && progress.eta ? `about ${span(progress.eta)} left` : "", ""], [progress ? progress.detail : chosen.note, "run-detail"]];
      facts.replaceChildren(...told.filter(([text]) => text).map(([text, name]) => h("span", { class: `run-fact ${name}`, text })));
    }

    function drawActs(chosen) {
      const going = progress ? isGoing() : chosen.going;
      const act = (name, words, action, testid, className = "btn") => button({ name, words, className, "data-testid": testid, onClick: (event) => ((event.currentTarget.disabled = true), ask(action, {})) });
      const key = JSON.stringify([run, going, chosen.resumable, chosen.retriable, chosen.done > 0, chosen.origin]);
      if (acts.dataset.key === key) return;
      acts.dataset.key = key;
      const focused = acts.contains(document.activeElement);
      acts.replaceChildren(
        ...[
          going && act("stop", "Stop", "stop", "run-stop", "btn stop"),
          chosen.resumable && act("play", "Resume", "resume", "run-resume", "btn primary"),
          chosen.retriable && act("play", "Try failed cases again", "retry", "run-retry"),
          chosen.done > 0 && h("a", { class: "btn", href: `compare?${new URLSearchParams({ run })}`, "data-testid": "run-compare", text: "Compare" }),
          chosen.done > 0 && h("span", { class: "saves" }, h("span", { class: "saves-label", text: "Save as" }), ...FORMATS.map(([format, words]) => h("a", { class: "btn quiet small", href: `dipg/run-file?${new URLSearchParams({ run, form: format })}`, download: "", "data-testid": `run-save-${format}`, text: words }))),
          !going && chosen.origin !== "recorded" && button({ words: "Delete", className: "btn quiet small run-delete", "data-testid": "run-delete", onClick: () => confirm.open(chosen.title) }),
        ].filter(Boolean),
      );
      if (focused) acts.querySelector("button, a")?.focus();
    }

    function drawFailures() {
      const reasons = view && view.reasons ? view.reasons : [];
      failures.hidden = !reasons.length;
      if (!reasons.length) return;
      const key = JSON.stringify(reasons);
      if (failures.dataset.key === key) return;
      failures.dataset.key = key;
      failures.replaceChildren(h("h3", { text: "Not scored" }), h("ul", {}, ...reasons.map((each) => h("li", {}, h("button", { type: "button", class: "figure-link", text: plural(each.n, "case"), on: { click: () => filters.set({ reason: `:${each.reason}` }) } }), h("span", { text: ` ${each.reason}` })))));
    }

    function drawCharts() {
      colours ||= parts.palette(root);
      for (const each of view.charts) charts.get(each.id).set(each, { colours, reference: false, mark: "", marks: new Set() });
    }

    function redraw() {
      colours = null;
      if (view && view.charts && view.charts.length) drawCharts();
    }

    // A mark of a chart: exactly its answers in the table, those too that come while it is picked.
    function pick(id) {
      filters.set({});
      picked = id;
      const mark = choose();
      remember();
      announcer.textContent = `${mark.label}: ${mark.n} of ${mark.of}.`;
      parts.scrollTo(answers);
    }

    function choose(keep) {
      const mark = view.charts.flatMap((each) => each.marks).find((each) => each.id === picked);
      if (!mark) return void (picked = "");
      const clear = button({ name: "close", words: "Show all", className: "btn quiet small", "data-testid": "clear-mark", onClick: () => filters.set({}) });
      table.choose({ label: mark.label, rows: parts.rowsOf(mark) }, [h("span", { class: "picked-n", text: `${count(mark.n)} of ${count(mark.of)}` }), clear], keep);
      return mark;
    }

    function filter(rows, keep) {
      if (!keep) picked = "";
      table.choose(rows && { label: "", rows }, [], keep);
      if (!keep) remember();
    }

    // The server searches the texts, which the page does not hold.
    function seek(words) {
      if (words.length > 2) ask("search", { words });
    }

    function found({ words, keys }) {
      const known = new Set(keys);
      table.setFound(words, new Set(view.table.key.map((key, row) => (known.has(key) ? row : -1))));
    }

    function drawNotice(value) {
      if (!value) return;
      if (value.field || value.title.startsWith("The run cannot")) form.refuse(value);
      notice.hidden = Boolean(value.field);
      notice.className = `notice is-${value.tone}`;
      notice.setAttribute("role", value.tone === "error" ? "alert" : "status");
      notice.replaceChildren(icon(value.tone === "error" ? "bad" : "good"), h("p", {}, h("b", { text: value.title }), value.detail ? ` ${value.detail}` : ""), button({ name: "close", label: "Dismiss", className: "icon-btn", onClick: () => (notice.hidden = true) }));
      acts.dataset.key = "";
    }

    function remember() {
      const url = new URL(location.href);
      for (const [name, value] of Object.entries({ run, ...filters.told(), ...table.view(), mark: picked })) {
        if (value) url.searchParams.set(name, value);
        else url.searchParams.delete(name);
      }
      if (url.href !== location.href) history.replaceState(history.state, "", url);
    }

    // Gradio's two file controls stand out of sight: the first takes cases, the second runs.
    function chooseFile(place) {
      const controls = document.querySelectorAll("#dipg-upload input[type=file]");
      if (controls[place]) controls[place].click();
    }

    function guardUpload(event) {
      const input = event.target;
      const file = input.files?.[0];
      if (!input.closest?.("#dipg-upload") || !file) return;
      if (file.size <= MAX_UPLOAD_BYTES) return void root.dispatchEvent(new Event("dipg-upload"));
      event.stopImmediatePropagation();
      ask("refuse_file", { name: file.name, size: file.size });
      input.value = "";
    }

    return { update, again: () => again("show", {}) };
  }

  function span(seconds) {
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} s`;
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
    return hours ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
  }

  function makeConfirm(onYes) {
    const what = h("p", { class: "lead" });
    const element = h("dialog", { class: "sheet small", "aria-labelledby": "dipg-delete-title", "data-testid": "delete-sheet" }, h("header", { class: "sheet-head" }, h("h2", { id: "dipg-delete-title", text: "Delete this run?" }), button({ name: "close", label: "Close", className: "icon-btn", onClick: () => element.close() })), h("form", { method: "dialog" }, what, h("div", { class: "sheet-foot" }, button({ words: "Keep it", className: "btn quiet", onClick: () => element.close() }), button({ words: "Delete", className: "btn stop", "data-testid": "delete-yes", onClick: () => (element.close(), onYes()) }))));
    element.addEventListener("click", (event) => event.target === element && element.close());
    return {
      element,
      open(title) {
        what.textContent = `“${title}” with all its answers is gone for everybody, and cannot be brought back.`;
        element.showModal();
      },
    };
  }

  window.dipgPage = { mount };
})();
