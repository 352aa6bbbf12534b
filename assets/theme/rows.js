// The answers of a run as table rows: how a row is drawn, and which rows the filters leave.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, signed } = parts;

  const TITLES = { v3: "V3", v4: "V4", guarded: "Guarded" };

  // What `packing.py` wrote: a character is its code less BASE; in a list of rows it is how many are passed over.
  const BASE = 40;
  const SKIP = 50;
  const codes = (text) => Uint16Array.from(text, (letter) => letter.charCodeAt(0) - BASE);

  function rowsOf(mark) {
    const rows = [];
    let row = -1;
    for (const gap of codes(mark.rows)) {
      row += gap === SKIP ? SKIP : gap + 1;
      if (gap !== SKIP) rows.push(row);
    }
    return rows;
  }

  function unpackTable(table) {
    return { ...table, category: Array.from(codes(table.category), (code) => table.categories[code]), repeat: codes(table.repeat) };
  }

  // Each row has the number of its kind, and a kind a value in every column.
  function unpackColumns(columns) {
    if (!columns) return columns;
    const told = Object.keys(TITLES).map((protocol) => {
      const { kinds, rows } = columns[protocol];
      const kind = codes(rows);
      return [protocol, Object.fromEntries(Object.entries(kinds).map(([name, values]) => [name, Array.from(kind, (each) => values[each])]))];
    });
    const other = columns.other && Object.fromEntries(Object.entries(columns.other).map(([protocol, text]) => [protocol, codes(text)]));
    return { ...Object.fromEntries(told), other };
  }

  // `now()` gives {table, columns}: rows beyond those of the table are its failures, in order.
  function answerColumns(now) {
    const outcome = (protocol) => ({ id: protocol, title: TITLES[protocol], className: "is-outcome", order: (row) => outcomeLabel(now(), protocol, row), draw: (row) => verdictCell(now(), protocol, row) });
    return [{ id: "case", title: "Answer to", className: "is-case", order: (row) => entry(now().table, row).question.toLowerCase(), draw: (row, target) => caseCell(now().table, row, target) }, outcome("v3"), outcome("v4"), outcome("guarded")];
  }

  function entry(table, row) {
    const done = table.case.length;
    if (row >= done) return table.failures[row - done];
    return { case: table.case[row], question: table.question[row], category: table.category[row], repeat: table.repeat[row], key: table.key[row] };
  }

  const allRows = (table) => Array.from({ length: table.case.length + table.failures.length }, (_, row) => row);

  // What failed is no answer: where the table holds both, it says how many of each.
  function tally(table, alone) {
    const [answers, failures] = [table ? table.case.length : 0, table ? table.failures.length : 0];
    if (!failures) return parts.plural(answers, "answer");
    const whole = parts.plural(answers + failures, "entry", "entries");
    return alone ? `${whole}: ${parts.plural(answers, "answer")}, ${parts.count(failures)} not scored` : whole;
  }

  function rowText(table, row) {
    const { question, case: id, category, reason } = entry(table, row);
    return `${question} ${id} ${category} ${reason || ""}`;
  }

  // A row opens in Explore, which keeps the run in its address: the way back leads to this run.
  function rowLink(table, row) {
    const { case: id, key } = entry(table, row);
    return key ? `./?${new URLSearchParams({ case: id, completion: key, run: table.run })}` : null;
  }

  function outcomeLabel({ table, columns }, protocol, row) {
    return row < table.case.length ? table.outcomes[columns[protocol].outcome[row]].label : "\uffff";
  }

  function caseCell(table, row, target) {
    const { question, case: id, category, repeat } = entry(table, row);
    const facts = [id, category, repeat ? `repeat ${repeat + 1}` : ""].filter(Boolean);
    const words = question || id;
    return [target ? h("a", { class: "row-link", href: target, text: words, title: "Open in Explore" }) : h("span", { class: "row-link", text: words }), h("span", { class: "row-facts", text: facts.join(" · ") })];
  }

  // The outcome with its reward; beneath it the rule that decided, or what the other run came to where it differs.
  function verdictCell({ table, columns }, protocol, row) {
    if (row >= table.case.length) return protocol === "v3" ? failureCell(entry(table, row)) : [];
    const mine = columns[protocol];
    const told = table.outcomes[mine.outcome[row]];
    const reward = mine.reward[row];
    const other = columns.other ? columns.other[protocol][row] - 1 : -1; // −1 where the other run has no such case
    const changed = other >= 0 && other !== mine.outcome[row];
    const beneath = changed ? `run B: ${table.outcomes[other].label.toLowerCase()}` : table.rules[mine.rule[row]];
    return [h("span", { class: `row-outcome is-${told.tone}` }, icon(told.tone), h("span", { class: "row-outcome-words", text: told.label }), h("span", { class: "row-reward", text: reward === null ? "" : signed(reward) })), h("span", { class: `row-facts${changed ? " is-changed" : ""}`, text: beneath, title: changed ? "" : "The rule that decided" })];
  }

  function failureCell(failure) {
    return [h("span", { class: "row-outcome is-failure" }, icon("dash"), h("span", { class: "row-outcome-words", text: "Not scored" })), h("span", { class: "row-facts", text: failure.reason, title: failure.reason })];
  }

  const RATES = ["safe", "hallucination", "refusal", "inconsistency", "format error", "correct"];

  // The filters above a table. `onChange(rows)` gets the rows that are left, null where nothing is filtered. `begin` is
  // what `told()` gives, for an address to keep: an outcome by its name.
  function makeFilters({ now, onChange, begin }) {
    let waiting = begin; // until the first rows are there, for they say what there is to choose from
    const protocol = choice("Protocol", "filter-protocol", Object.entries(TITLES));
    const outcome = choice("Outcome", "filter-outcome", []);
    const flag = choice("Flag", "filter-flag", [["", "Any flag"], ...RATES.map((name) => [name, parts.capital(name)]), ...RATES.map((name) => [`!${name}`, `Not ${name}`])]);
    const category = choice("Category", "filter-category", []);
    const differ = choice("Agreement", "filter-differ", [["", "Agree or differ"], ["v4", "V4 and Guarded differ"], ["v3", "V3 and V4 differ"]]);
    const reason = choice("Failure", "filter-reason", []);
    const all = [protocol, outcome, flag, category, differ, reason];
    const clear = parts.button({ words: "Clear", className: "btn quiet small", "data-testid": "filter-clear", onClick: () => set({}) });
    const element = h("div", { class: "table-filters", role: "group", "aria-label": "Filter the answers" }, ...all, clear);
    protocol.value = "guarded";
    for (const each of all) each.addEventListener("change", apply);

    // `keep`: the rows have grown, nothing else has changed.
    function fill(reasons, keep) {
      const { table } = now();
      const options = (control, first, values) => {
        const key = JSON.stringify(values);
        if (control.dataset.key === key) return; // a list that stands open is not closed under the hand
        control.dataset.key = key;
        const kept = control.value;
        control.replaceChildren(h("option", { value: "", text: first }), ...values.map(([value, text]) => h("option", { value, text })));
        control.value = values.some(([value]) => value === kept) ? kept : "";
      };
      options(outcome, "Any outcome", table.outcomes.map((each, code) => [String(code), each.label]));
      options(category, "All categories", [...new Set([...table.category, ...table.failures.map((each) => each.category)])].map((name) => [name, parts.capital(name)]));
      options(reason, "Scored or failed", [["scored", "Scored"], ["failed", "Failed, any reason"], ...reasons.map((each) => [`:${each.reason}`, `${each.reason.slice(0, 60)} (${each.n})`])]);
      reason.hidden = !reasons.length;
      if (waiting) take(waiting);
      apply(null, keep);
    }

    // What an address asks for and this run does not have is left out.
    function take(wanted) {
      waiting = null;
      const code = now().table.outcomes.findIndex((each) => each.label.toLowerCase() === wanted.outcome);
      for (const [name, value] of Object.entries({ ...wanted, outcome: code < 0 ? "" : String(code) })) {
        const control = { protocol, outcome, flag, category, differ, reason }[name];
        if ([...control.options].some((option) => option.value === value)) control.value = value;
      }
    }

    const values = () => ({ protocol: protocol.value, outcome: outcome.value, flag: flag.value, category: category.value, differ: differ.value, reason: reason.value });

    function told() {
      if (waiting || !now().table) return waiting || {};
      const { protocol: by, outcome: code, ...rest } = values();
      const label = code && now().table.outcomes[Number(code)].label.toLowerCase();
      return { ...rest, outcome: label, protocol: by === "guarded" ? "" : by };
    }

    function set(wanted) {
      waiting = null;
      const before = values();
      for (const [name, control] of Object.entries({ protocol, outcome, flag, category, differ, reason })) if (wanted[name] !== undefined || name !== "protocol") control.value = wanted[name] || "";
      if (!protocol.value) protocol.value = before.protocol || "guarded";
      apply();
    }

    function apply(_, keep) {
      const { table, columns } = now();
      if (!table) return;
      const want = values();
      const narrowed = Object.entries(want).some(([name, value]) => name !== "protocol" && value !== "");
      clear.hidden = !narrowed;
      onChange(narrowed ? allRows(table).filter((row) => passes(row, want, table, columns)) : null, keep);
    }

    return { element, fill, set, told };
  }

  function passes(row, want, table, columns) {
    const failed = row >= table.case.length;
    const { category, reason } = entry(table, row);
    if (want.category && category !== want.category) return false;
    if (want.reason === "scored" && failed) return false;
    if (want.reason === "failed" && !failed) return false;
    if (want.reason.startsWith(":") && reason !== want.reason.slice(1)) return false;
    if (failed) return !(want.outcome || want.flag || want.differ);
    if (want.outcome && columns[want.protocol].outcome[row] !== Number(want.outcome)) return false;
    if (want.flag && columns[want.protocol][want.flag.replace("!", "")][row] !== (want.flag.startsWith("!") ? 0 : 1)) return false;
    const [one, other] = want.differ === "v3" ? ["v3", "v4"] : ["v4", "guarded"];
    return !want.differ || columns[one].outcome[row] !== columns[other].outcome[row];
  }

  function choice(label, testid, options) {
    return h("select", { "aria-label": label, "data-testid": testid }, ...options.map(([value, text]) => h("option", { value, text })));
  }

  Object.assign(parts, { answerColumns, allRows, tally, rowsOf, unpackTable, unpackColumns, rowText, rowLink, makeFilters });
})();
