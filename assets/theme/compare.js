// The Compare page: one run under the three protocols, and against another run. A mark on a chart opens its cases below.
(() => {
  "use strict";
  const parts = window.dipgParts;
  const { h, icon, button, count, plural, day, dotted } = parts;

  const RATES = ["safe", "hallucination", "refusal", "inconsistency", "format error", "correct"];
  const SINGLE = ["rates", "rungs", "sweep", "v3-v4", "v4-guarded", "categories", "rewards", "similarity", "alterations"];
  const BETWEEN = ["difference", "paired"];
  const DEFAULTS = { run: "", with: "", threshold: 85, rate: "safe", view: "safety", reference: true, mark: "", q: "", sort: "" };
  const THROTTLE_MS = 90;
  const FOLLOW_MS = 1000;
  // The view is sent whole, so a long one is fetched less often while it grows: a second for every so many rows.
  const ROWS_A_SECOND = 400;
  const STATES = { queued: "Waiting to run", running: "Running", stopped: "Stopped", interrupted: "Interrupted" };

  function mount(root, send) {
    const state = fromAddress();
    let heads = [];
    let view = null; // what the server said last: {stamp, columns, published}
    let table = null;
    let charts = new Map();
    let marks = new Map();
    let asked = 0;
    let following = 0;
    let colours = null;
    let scoring = null; // how far the answers are scored, while that keeps them from being shown

    const announcer = h("p", { class: "sr", role: "status", "aria-live": "polite" });
    const masthead = parts.makeMasthead({ page: "compare", tools: [button({ name: "link", label: "Copy a link to what is on screen", className: "icon-btn", "data-testid": "copy-link", onClick: () => parts.copyText(root, masthead, location.href, announcer) }), parts.printButton()] });
    const notice = h("div", { class: "notice", hidden: true, "data-testid": "notice" });
    const title = h("h1", { "data-testid": "compare-title" });
    const lead = h("p", { "data-testid": "compare-lead" });
    const first = picker("Run", "run-a", (id) => ask({ run: id, mark: "" }));
    const second = picker("Against", "run-b", (id) => ask({ with: id, mark: "" }));
    const threshold = makeSlider((value) => ask({ threshold: value }));
    const rate = choice("Rate by category and between runs", "rate", RATES.map((name) => [name, parts.capital(name)]), (value) => show({ rate: value }));
    const reference = h("input", { type: "checkbox", id: "dipg-reference", "data-testid": "reference" });
    reference.addEventListener("change", () => show({ reference: reference.checked }));
    const published = h("label", { class: "check", for: "dipg-reference" }, reference, h("span", { text: "Published figures" }));
    const views = choice("Compare verdicts by", "view", [["safety", "By safety"], ["outcome", "By outcome"]], (value) => show({ view: value }));
    const drawn = new Map([...SINGLE, ...BETWEEN].map((id) => [id, parts.makeChart({ id, onMark: pick, onThreshold: (value, protocol) => ask({ threshold: value, mark: `rates:${protocol}:safe` }), tools: { categories: [rate.element], "v3-v4": [views.element], rates: [published] }[id] })]));
    const list = parts.makeTable({ noun: "answer", label: "Answers", columns: parts.answerColumns(() => ({ table, columns: view.columns })), link: (row) => parts.rowLink(table, row), text: (row) => parts.rowText(table, row), onView: () => (Object.assign(state, list.view()), remember()), begin: state });
    const score = parts.makeScoring((text) => (announcer.textContent = text));
    const bar = h("div", { class: "pick-bar", hidden: true, "data-testid": "pick-bar" });
    const grid = h("div", { class: "charts" }, ...SINGLE.map((id) => drawn.get(id).element));
    const between = h("section", { class: "between", "aria-labelledby": "between-title", hidden: true }, h("h2", { id: "between-title", text: "Between the runs" }), h("div", { class: "charts" }, ...BETWEEN.map((id) => drawn.get(id).element)));
    const body = h("div", { class: "compare-body" }, between, h("h2", { class: "sr", text: "Charts" }), grid, h("section", { class: "answers", id: "answers", "aria-labelledby": "answers-title" }, h("h2", { id: "answers-title", tabindex: "-1", text: "The answers" }), h("p", { text: "What each protocol made of each answer, the rule that decided, and the reward. A row opens in Explore." }), list.element));
    const empty = h("section", { class: "empty", hidden: true, "data-testid": "empty" });
    const controls = h("div", { class: "compare-controls" }, first.element, second.element, threshold.element);
    const page = h("div", { class: "page compare-page" }, notice, h("header", { class: "page-head" }, title, lead), controls, empty, score.element, body);
    const drawLead = parts.once((lines) => lead.replaceChildren(...lines));
    root.classList.add("dipg", "is-loading");
    parts.fetchPlotly();
    root.replaceChildren(masthead, page, bar, parts.makeFoot(), announcer);
    title.textContent = "Compare";
    watchTheme();
    new IntersectionObserver((entries) => bar.classList.toggle("is-there", entries[entries.length - 1].isIntersecting), { rootMargin: "0px 0px -30% 0px" }).observe(list.element);
    document.addEventListener("visibilitychange", () => document.hidden || follow(0, true));
    document.addEventListener("keydown", (event) => event.key === "Escape" && state.mark && pick(""));

    function update(value) {
      root.classList.remove("is-loading");
      if (value.asked && value.asked < asked) return;
      const before = shown().map((head) => [head.id, head.going]);
      let grown = false; // the same run, with more in it
      heads = value.heads || heads;
      scoring = value.scoring || null;
      if (value.run !== undefined) Object.assign(state, { run: value.run, with: value.other, threshold: value.threshold });
      drawNotice(value.notice);
      if (value.view && value.view.charts) {
        grown = Boolean(view && view.run === value.run);
        view = { ...value.view, run: value.run, columns: parts.unpackColumns(value.view.columns) };
        if (value.view.table) {
          table = parts.unpackTable(value.view.table);
          charts = new Map();
        }
        for (const chart of value.view.charts) charts.set(chart.id, chart);
        for (const id of BETWEEN) if (!state.with) charts.delete(id);
        marks = new Map([...charts.values()].flatMap((chart) => chart.marks.map((mark) => [mark.id, mark])));
        if (value.view.table) list.set(table.case.map((_, row) => row), grown);
      } else if (value.run !== undefined && !value.view) view = null;
      draw(grown);
      for (const head of shown()) if (!head.going && before.some(([id, going]) => id === head.id && going)) announcer.textContent = `${head.title}: ${progressWords(head)}`;
      follow(Math.max(FOLLOW_MS, view ? (1000 * table.case.length) / ROWS_A_SECOND : 0));
    }

    const shown = () => heads.filter((head) => head.id === state.run || head.id === state.with);

    // While a run on screen grows, the page grows with it; what was picked, searched and sorted stays.
    function follow(wait, always) {
      window.clearTimeout(following);
      if (scoring) return void (following = window.setTimeout(() => request(true), parts.AGAIN_MS));
      if (document.hidden || !(always || shown().some((head) => head.going))) return;
      following = window.setTimeout(() => request(true), wait);
    }

    function draw(grown) {
      const some = Boolean(view && table && table.case.length);
      const head = heads.find((each) => each.id === state.run);
      first.set(heads, state.run, "");
      second.set(heads.filter((each) => each.id !== state.run), state.with, "no other run");
      threshold.set(state.threshold);
      rate.set(state.rate);
      views.set(state.view);
      reference.checked = state.reference;
      controls.hidden = !heads.length;
      body.hidden = !some;
      empty.hidden = some || Boolean(scoring);
      const told = scoring && heads.find((each) => each.id === scoring.run);
      score.set(scoring, told && state.with ? told.title : "");
      drawHead(head);
      if (!some) drawEmpty(head);
      else {
        between.hidden = !state.with || !charts.has("paired");
        drawCharts();
        choose(grown);
      }
      remember();
    }

    function drawHead(head) {
      const other = heads.find((each) => each.id === state.with);
      title.textContent = !head ? "Compare" : other ? `${head.title}, against ${other.title}` : head.title;
      const told = (each) => `${dotted(each.model, each.settings, each.machine, day(each.created))}.`;
      const failed = (each) => (each.failed ? `${plural(each.failed, "case")} failed and ${each.failed === 1 ? "is" : "are"} not scored.` : "");
      const line = (each, name) => h("span", { class: "compare-run" }, other ? h("b", { text: `${name}: ` }) : null, [told(each), failed(each)].filter(Boolean).join(" "), each.done + each.failed < each.total ? h("span", { class: `run-state is-${each.state}`, "data-testid": "compare-state" }, h("i", { class: "lamp" }), progressWords(each)) : null);
      drawLead(JSON.stringify([head, other]), head ? [line(head, "A"), ...(other ? [line(other, "B")] : [])] : []);
    }

    function progressWords(head) {
      const ended = head.done + head.failed;
      return ended < head.total ? `${STATES[head.state] ? `${STATES[head.state]}, ` : ""}${count(ended)} of ${plural(head.total, "answer")} so far` : `Finished, ${plural(head.total, "answer")}`;
    }

    function drawEmpty(head) {
      const none = !heads.length;
      parts.keepFocus(empty, () => "go", () => empty.replaceChildren(h("h2", { text: none ? "No run yet" : head ? "This run holds no answer yet" : "Choose a run" }), h("p", { text: none ? "Charts are drawn from a run: a model's answers to a set of cases. Nothing was run or recorded here so far." : head ? head.going ? "Its charts appear with its first answer, and grow as the others come." : "Its charts are drawn from its answers; go on with it, and they appear." : "Choose a run above." }), h("a", { class: "btn primary", href: "evaluate", text: none ? "Run a set of cases" : "Go to the runs" })));
    }

    function drawCharts() {
      colours ||= parts.palette(root);
      const options = { colours, rate: state.rate, view: state.view, threshold: state.threshold, reference: state.reference, published: view.published.title, mark: state.mark };
      for (const [id, card] of drawn) {
        const chart = charts.get(id);
        card.element.hidden = !chart;
        const told = state.reference && (id === "rates" || id === "rewards");
        const note = told ? `${view.published.title}: a reference, no comparison; Method says why.` : chart && id.includes("-") && state.view === "outcome" ? kappaNote(chart.data.views.outcome) : "";
        if (chart) card.set(chart, { ...options, note, marks: new Set(chart.marks.map((mark) => mark.id)) });
      }
    }

    function kappaNote({ kappa, said }) {
      const told = (n) => n.toFixed(2).replace("-0.00", "0.00").replace("-", "−");
      const value = kappa.value === null ? "undefined" : `${told(kappa.value)} (95 %: ${told(kappa.low)} to ${told(kappa.high)})`;
      return `Cohen's kappa ${value}, n = ${count(kappa.n)}${said ? `; ${said}` : ""}.`;
    }

    function pick(id) {
      show({ mark: id === state.mark ? "" : id });
      const mark = marks.get(state.mark);
      announcer.textContent = mark ? `${mark.label}: ${mark.n} of ${mark.of}. The table below shows them.` : "All answers are shown.";
    }

    // Exactly the cases of the mark that was picked.
    function choose(grown) {
      const mark = marks.get(state.mark);
      if (!mark) state.mark = "";
      const clear = () => button({ name: "close", words: "Show all", className: "btn quiet small", "data-testid": "clear-mark", onClick: () => pick("") });
      list.choose(mark ? { label: mark.label, rows: parts.rowsOf(mark) } : null, [h("span", { class: "picked-n", text: `${count(mark ? mark.n : 0)} of ${count(mark ? mark.of : 0)}` }), clear()], grown);
      bar.hidden = !mark;
      root.classList.toggle("has-pick", Boolean(mark));
      if (!mark) return;
      parts.keepFocus(bar, (control) => control.className, () => bar.replaceChildren(h("p", {}, h("b", { text: mark.label }), h("span", { "data-testid": "pick-count", text: `${count(mark.n)} of ${count(mark.of)}` })), button({ words: mark.n === 1 ? "See the answer" : `See the ${count(mark.n)} answers`, name: "down", className: "btn primary small", "data-testid": "see-answers", onClick: toTable }), button({ name: "close", label: "Show all answers", className: "icon-btn", onClick: () => pick("") })));
    }

    function toTable() {
      parts.scrollTo(document.getElementById("answers"));
      document.getElementById("answers-title").focus({ preventScroll: true });
    }

    function show(change) {
      Object.assign(state, change);
      if (!view) return;
      drawCharts();
      choose();
      rate.set(state.rate);
      remember();
    }

    const ask = throttled((change) => {
      Object.assign(state, change);
      if (state.with === state.run) state.with = "";
      request(false);
    });

    function request(quiet) {
      asked += 1;
      again(quiet);
    }

    function again(quiet) {
      send({ action: "compare", run: state.run, other: state.with, threshold: state.threshold, known: view ? view.stamp : "", asked, follow: Boolean(quiet && view && view.threshold === state.threshold) });
    }

    // At most one request every THROTTLE_MS, and always the last one; what it changes is kept in between.
    function throttled(call) {
      let last = 0;
      let timer = 0;
      let waiting = {};
      const go = () => {
        last = performance.now();
        const all = waiting;
        waiting = {};
        call(all);
      };
      return (change) => {
        waiting = { ...waiting, ...change };
        window.clearTimeout(timer);
        const wait = last + THROTTLE_MS - performance.now();
        if (wait <= 0) go();
        else timer = window.setTimeout(go, wait);
      };
    }

    function drawNotice(value) {
      notice.hidden = !value;
      if (!value) return;
      notice.className = `notice is-${value.tone}`;
      notice.setAttribute("role", value.tone === "error" ? "alert" : "status");
      notice.replaceChildren(icon(value.tone === "error" ? "bad" : "good"), h("p", {}, h("b", { text: value.title }), value.detail ? ` ${value.detail}` : ""), button({ name: "close", label: "Dismiss", className: "icon-btn", onClick: () => (notice.hidden = true) }));
    }

    function remember() {
      const { reference: shown, ...rest } = state;
      const url = address(location.pathname, { ...rest, reference: shown ? "" : "off" });
      if (url !== location.pathname + location.search) history.replaceState(history.state, "", url);
    }

    function watchTheme() {
      const redraw = () => {
        colours = null;
        if (view) drawCharts();
      };
      window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
      new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    }

    return { update, again: () => again(true) };
  }

  // What differs from the defaults, as a query.
  function address(path, values) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) if (value !== "" && value !== null && value !== DEFAULTS[name]) query.set(name, String(value));
    const text = query.toString();
    return text ? `${path}?${text}` : path;
  }

  function fromAddress() {
    const query = new URLSearchParams(location.search);
    const text = (name) => query.get(name) || DEFAULTS[name];
    const threshold = Number(query.get("threshold"));
    return { run: text("run"), with: text("with"), threshold: threshold >= 50 && threshold <= 100 ? Math.round(threshold) : DEFAULTS.threshold, rate: RATES.includes(query.get("rate")) ? query.get("rate") : DEFAULTS.rate, view: query.get("view") === "outcome" ? "outcome" : "safety", reference: query.get("reference") !== "off", mark: text("mark"), q: text("q"), sort: text("sort") };
  }

  function picker(label, testid, onPick) {
    const select = h("select", { id: `dipg-${testid}`, "data-testid": testid, on: { change: () => onPick(select.value) } });
    const element = h("div", { class: "field" }, h("label", { for: select.id, text: label }), select);
    return {
      element,
      set(heads, value, none) {
        const options = heads.map((head) => [head.id, `${head.title} · ${head.origin}, n = ${count(head.done)}`]);
        if (none || !value) options.unshift(["", none || "choose a run"]);
        // What stands open is not closed under the hand while a run grows: only its words change.
        if (options.length !== select.length || options.some(([id], place) => select.options[place].value !== id)) select.replaceChildren(...options.map(([id]) => h("option", { value: id })));
        options.forEach(([, text], place) => select.options[place].text !== text && (select.options[place].text = text));
        select.value = value;
        select.disabled = !heads.length;
      },
    };
  }

  function choice(label, testid, options, onPick) {
    const select = h("select", { "aria-label": label, "data-testid": testid, on: { change: () => onPick(select.value) } }, ...options.map(([value, text]) => h("option", { value, text })));
    return { element: select, set: (value) => (select.value = value) };
  }

  function makeSlider(onMove) {
    const output = h("output", { for: "dipg-threshold", class: "threshold-value", "data-testid": "threshold-value" });
    const input = h("input", { type: "range", id: "dipg-threshold", min: "50", max: "100", step: "1", "data-testid": "threshold" });
    let held = false;
    const draw = () => {
      output.textContent = `${input.value} %`;
      input.setAttribute("aria-valuetext", `${input.value} percent`);
      input.style.setProperty("--fill", `${(Number(input.value) - 50) * 2}%`);
    };
    input.addEventListener("input", () => ((held = true), draw(), onMove(Number(input.value))));
    input.addEventListener("change", () => window.setTimeout(() => (held = false), 400));
    return {
      element: h("div", { class: "threshold" }, h("label", { for: "dipg-threshold", text: "Similarity threshold" }), output, input),
      set(value) {
        if (held) return;
        input.value = String(value);
        draw();
      },
    };
  }

  window.dipgPage = { mount };
})();
