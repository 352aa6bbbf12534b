// The case list with its search and filters, and the sheets for an own case and a pasted completion.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button, count, plural, words } = parts;

  const STEP = 200; // entries that are drawn at a time
  const MAX_CONTEXT = 2000000;
  const MAX_QUESTION = 10000;
  const MAX_EXPECTED = 20000;
  const MAX_COMPLETION = 2000000;
  const OUTCOMES = [["good", "correct"], ["caution", "held back"], ["bad", "failed"], ["review", "needs review"], ["none", "not run"]];
  const PROTOCOLS = [["v3", "V3"], ["v4", "V4"], ["guarded", "Guarded"]];

  function makeCases({ onOpen, onOwn, onUpload, onForget }) {
    let cases = [];
    let current = null;
    let limit = STEP;
    const search = h("input", { type: "search", class: "search-input", placeholder: "Search cases", "aria-label": "Search cases", "data-testid": "case-search", autocomplete: "off", spellcheck: "false", on: { input: draw } });
    const category = select("Category", "filter-category");
    const behaviour = select("Expected behaviour", "filter-behaviour");
    const outcome = select("Last outcome under Guarded", "filter-outcome");
    const total = h("p", { class: "rail-count", role: "status", "data-testid": "case-count" });
    const list = h("div", { class: "case-list", "data-testid": "case-list" });
    const upload = h("div", { class: "upload-note", hidden: true, role: "status", "data-testid": "upload-note" });
    const element = h(
      "nav",
      { class: "rail", id: "dipg-rail", "aria-label": "Cases", "data-testid": "cases" },
      h("div", { class: "rail-head" }, h("h2", { text: "Cases" }), total, button({ name: "close", label: "Close the case list", className: "icon-btn rail-close", "data-testid": "cases-close" })),
      h("div", { class: "search" }, icon("search"), search, h("kbd", { text: "/", "aria-hidden": "true" })),
      h("div", { class: "filters" }, category, behaviour, outcome),
      list,
      upload,
      h("div", { class: "rail-foot" }, button({ name: "plus", words: "Bring your own case", className: "btn wide", onClick: onOwn, "data-testid": "own-open" }), button({ name: "upload", words: "Upload cases", className: "btn quiet wide", onClick: onUpload, "data-testid": "upload-open" })),
    );

    function select(name, testid) {
      return h("select", { "aria-label": name, "data-testid": testid, on: { change: draw } });
    }

    function fill(control, all, values) {
      const kept = control.value;
      control.replaceChildren(h("option", { value: "", text: all }), ...values.map(([value, text]) => h("option", { value, text })));
      control.value = values.some(([value]) => value === kept) ? kept : "";
    }

    function set(page) {
      cases = page.cases;
      current = page.case ? page.case.id : null;
      const distinct = (key) => [...new Set(cases.map((entry) => entry[key]).filter(Boolean))].map((value) => [value, parts.capital(value)]);
      fill(category, "All categories", distinct("category"));
      fill(behaviour, "Behaviour", distinct("behaviour"));
      fill(outcome, "Outcome", OUTCOMES.map(([value, text]) => [value, parts.capital(text)]));
      showUpload(page.upload);
      draw();
    }

    function matches(entry, needle) {
      if (category.value && entry.category !== category.value) return false;
      if (behaviour.value && entry.behaviour !== behaviour.value) return false;
      const tone = entry.outcome && entry.outcome.guarded ? entry.outcome.guarded.tone : "none";
      if (outcome.value && tone !== outcome.value) return false;
      return !needle || `${entry.title} ${entry.id} ${entry.category} ${entry.genre}`.toLowerCase().includes(needle);
    }

    function draw(event) {
      if (event) limit = STEP;
      const needle = search.value.trim().toLowerCase();
      const found = cases.filter((entry) => matches(entry, needle));
      total.textContent = found.length === cases.length ? count(cases.length) : `${count(found.length)} of ${count(cases.length)}`;
      total.setAttribute("aria-label", `${found.length} of ${plural(cases.length, "case")} shown`);
      const groups = new Map();
      for (const entry of found.slice(0, limit)) {
        if (!groups.has(entry.category)) groups.set(entry.category, []);
        groups.get(entry.category).push(entry);
      }
      const scroll = list.scrollTop;
      list.replaceChildren(...[...groups].map(([name, entries]) => group(name, entries)));
      if (!found.length) list.append(h("p", { class: "rail-none", text: cases.length ? "No case matches. Change the search or the filters." : "There are no cases yet. Bring your own, or upload a file." }));
      if (found.length > limit) list.append(button({ className: "more", words: `Show ${count(Math.min(STEP, found.length - limit))} more`, onClick: () => ((limit += STEP), draw()) }));
      list.scrollTop = event ? 0 : scroll;
    }

    function group(name, entries) {
      return h("section", { class: "case-group", "aria-label": parts.capital(name) }, h("h3", {}, h("span", { text: parts.capital(name) }), h("span", { class: "group-count", text: String(entries.length) })), h("ul", {}, ...entries.map((entry) => h("li", {}, item(entry)))));
    }

    function item(entry) {
      const outcomes = entry.outcome
        ? h("span", { class: "dots" }, ...PROTOCOLS.filter(([key]) => entry.outcome[key]).map(([key, title]) => h("span", { class: `dot is-${entry.outcome[key].tone}`, title: `${title}: ${entry.outcome[key].label}` }, icon(entry.outcome[key].tone), h("span", { class: "sr", text: `${title}: ${entry.outcome[key].label}. ` }))))
        : h("span", { class: "dots is-none", text: "not run" });
      return h(
        "button",
        { type: "button", class: "list-item", "data-testid": "case-item", "data-case": entry.id, "aria-current": entry.id === current ? "true" : null, on: { click: () => onOpen(entry.id) } },
        h("span", { class: "case-title", text: entry.title || entry.id }),
        h("span", { class: "case-meta" }, h("span", { class: "case-facts", text: parts.dotted(entry.behaviour, plural(entry.words, "word")) }), outcomes),
      );
    }

    function showUpload(note) {
      upload.hidden = !note;
      if (!note) return;
      const problems = note.problems.slice(0, 100);
      const rest = note.problems.length - problems.length;
      upload.replaceChildren(
        h("p", {}, h("b", { text: note.name }), ` ${plural(note.kept, "case")} kept${note.problems.length ? `, ${plural(note.problems.length, "problem")}` : ""}.`),
        ...(problems.length ? [h("details", {}, h("summary", {}, icon("next", "turn"), "What was wrong"), h("ul", {}, ...problems.map((text) => h("li", { text })), rest > 0 && h("li", { text: `and ${count(rest)} more` })))] : []),
        button({ name: "close", label: "Dismiss the upload note", className: "icon-btn", onClick: onForget }),
      );
    }

    function mark(id) {
      current = id;
      for (const entry of list.querySelectorAll(".list-item")) {
        if (entry.dataset.case === id) entry.setAttribute("aria-current", "true");
        else entry.removeAttribute("aria-current");
      }
    }

    return { element, set, mark, search, reveal: () => reveal(list) };
  }

  // Bring the open case into view inside the list.
  function reveal(list) {
    const entry = list.querySelector('[aria-current="true"]');
    if (!entry) return;
    const box = entry.getBoundingClientRect();
    const frame = list.getBoundingClientRect();
    if (box.top < frame.top || box.bottom > frame.bottom) list.scrollTop += box.top - frame.top - frame.height / 3;
  }

  // One labelled field with its counter and its error; what was typed stays until it is accepted.
  function field({ id, name, hint, rows, max, optional }) {
    const input = h("textarea", { id, rows, "data-testid": id, spellcheck: "false", "aria-describedby": `${id}-hint ${id}-error`, class: "input" });
    const counter = h("span", { class: "counter", "aria-hidden": "true" });
    const error = h("p", { class: "field-error", id: `${id}-error`, role: "alert", hidden: true });
    // Over the bound nothing is cut: the counter says so, and so does the field when it is sent.
    const measure = () => {
      counter.textContent = parts.dotted(plural(words(input.value.slice(0, 400000)), "word"), `${count(input.value.length)} of ${count(max)} characters`);
      counter.classList.toggle("is-over", input.value.length > max);
    };
    const fail = (message) => {
      error.hidden = !message;
      error.replaceChildren(...(message ? [icon("bad"), message] : []));
      if (message) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    };
    input.addEventListener("input", () => (measure(), fail("")));
    measure();
    const element = h("div", { class: "field" }, h("label", { for: id }, name, optional && h("span", { class: "optional", text: "optional" })), h("p", { class: "hint", id: `${id}-hint`, text: hint }), input, counter, error);
    const check = (required) => {
      const over = input.value.length - max;
      const message = over > 0 ? `${count(over)} characters too many; ${count(max)} are allowed.` : required && !input.value.trim() ? required : "";
      fail(message);
      return !message;
    };
    return { element, input, fail, check };
  }

  // A sheet at the side: a native modal dialog, so that the browser keeps the focus inside and Esc closes it.
  function makeSheet({ id, title, lead, fields, action, onSubmit }) {
    const problem = h("p", { class: "field-error", role: "alert", hidden: true });
    const form = h("form", { method: "dialog", novalidate: true }, h("p", { class: "lead", text: lead }), problem, ...fields.map((each) => each.element), h("div", { class: "sheet-foot" }, button({ words: "Cancel", className: "btn quiet", onClick: () => element.close() }), h("button", { type: "submit", class: "btn primary", "data-testid": `${id}-submit` }, h("span", { text: action }))));
    const element = h("dialog", { class: "sheet", id, "aria-labelledby": `${id}-title`, "data-testid": id }, h("header", { class: "sheet-head" }, h("h2", { id: `${id}-title`, text: title }), button({ name: "close", label: "Close", className: "icon-btn", onClick: () => element.close() })), form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      problem.hidden = true;
      onSubmit();
    });
    element.addEventListener("click", (event) => event.target === element && element.close());
    element.addEventListener("keydown", (event) => (event.metaKey || event.ctrlKey) && event.key === "Enter" && form.requestSubmit());
    return {
      element,
      open: () => element.open || element.showModal(),
      close: () => element.close(),
      fail(message) {
        problem.hidden = !message;
        problem.replaceChildren(...(message ? [icon("bad"), message] : []));
      },
    };
  }

  function makeOwnCase(send) {
    const context = field({ id: "own-context", name: "Context", hint: "The only text the model may use: a report, a letter, an abstract. No real patient data, please.", rows: 12, max: MAX_CONTEXT });
    const question = field({ id: "own-question", name: "Question", hint: "What the model is asked about it.", rows: 3, max: MAX_QUESTION });
    const expected = field({ id: "own-expected", name: "Expected answer", hint: "Without one, the protocols can judge the evidence but not the answer.", rows: 3, max: MAX_EXPECTED, optional: true });
    const byName = { context, question, expected };
    let waiting = false;
    const sheet = makeSheet({ id: "own-case", title: "Bring your own case", lead: "It stays in this browser tab's session: nobody else sees it.", fields: [context, question, expected], action: "Open this case", onSubmit: submit });

    function submit() {
      const wrong = [
        context.check("Paste the text that the model may use.") ? null : context,
        question.check("Ask a question about the context.") ? null : question,
        expected.check("") ? null : expected,
      ].filter(Boolean);
      if (wrong.length) return wrong[0].input.focus();
      waiting = true;
      return send("own_case", { context: context.input.value, question: question.input.value, expected: expected.input.value.trim() ? expected.input.value : null });
    }

    return {
      element: sheet.element,
      open: () => (sheet.open(), context.input.focus()),
      // After an answer of the server: its complaint at the field, or the sheet closes with what was typed kept in it.
      settle(page) {
        const notice = page.notice;
        if (notice && notice.tone === "error" && (waiting || sheet.element.open)) {
          if (byName[notice.field]) {
            byName[notice.field].fail([notice.title, notice.detail].filter(Boolean).join(" "));
            byName[notice.field].input.focus();
            sheet.open();
          } else if (sheet.element.open) sheet.fail([notice.title, notice.detail].filter(Boolean).join(" "));
          waiting = false;
        } else if (waiting && page.case && page.case.own) {
          waiting = false;
          sheet.close();
        }
      },
      owns: (notice) => Boolean(notice && byName[notice.field]),
    };
  }

  function makePaste(send) {
    const completion = field({ id: "paste-completion", name: "Completion", hint: "What a model wrote for this case, with its tags. It is scored as it stands.", rows: 16, max: MAX_COMPLETION });
    let waiting = false;
    const sheet = makeSheet({ id: "paste-sheet", title: "Score a pasted completion", lead: "It is parsed, grounded and judged against the case on screen; no model runs.", fields: [completion], action: "Score it", onSubmit: submit });
    function submit() {
      if (!completion.check("Paste a completion.")) return completion.input.focus();
      waiting = true;
      return send("use_completion", { text: completion.input.value });
    }
    return {
      element: sheet.element,
      open: () => (sheet.open(), completion.input.focus()),
      settle(value, resultChanged) {
        const notice = value.page && value.page.notice;
        if (notice && notice.tone === "error" && notice.field === "completion" && (waiting || sheet.element.open)) {
          waiting = false;
          sheet.open();
          completion.fail([notice.title, notice.detail].filter(Boolean).join(" "));
        } else if (waiting && resultChanged && value.result) {
          waiting = false;
          sheet.close();
        }
      },
      owns: (notice) => Boolean(notice && notice.field === "completion"),
    };
  }

  Object.assign(parts, { makeCases, makeOwnCase, makePaste, makeSheet });
})();
