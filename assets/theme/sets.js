// Cases from elsewhere: a data set of the hub or an OpenEnv server by its name, and which column of a file is which field of a case.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button, count, plural } = parts;

  const FIELDS = { context: "Source text", question: "Question", expected: "Expected answer", id: "Id", behaviour: "What is called for", category: "Category", difficulty: "Difficulty", quotes: "Quotes", genre: "Kind of text", probes: "What it probes", source: "Origin" };
  const PATIENCE_MS = 5000;
  const SHOWN = ["context", "question", "expected"];

  // Where a data set's id is typed. It is asked for only when somebody presses the button.
  function makeHubField(onFetch) {
    const id = h("input", { type: "text", class: "input", id: "hub-id", maxlength: "300", autocomplete: "off", spellcheck: "false", placeholder: "owner/name, or openenv:http://host:port", "aria-describedby": "hub-hint", "data-testid": "hub-id" });
    const fetch = button({ words: "Fetch", className: "btn quiet", "data-testid": "hub-fetch", onClick: go });
    const element = h("div", { class: "hub-field", hidden: true, "data-testid": "hub-field" }, h("div", { class: "field" }, h("label", { for: "hub-id", text: "Data set of the Hugging Face hub, or OpenEnv server" }), id), fetch, h("p", { class: "hint", id: "hub-hint", text: "For example surfiniaburger/med-safety-gym-eval, with /split or @revision where needed: fetched once, then kept on this machine." }));
    id.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), go()));

    function go() {
      if (!id.value.trim()) return id.focus();
      fetch.disabled = true;
      onFetch(id.value.trim());
    }

    return {
      element,
      show(open) {
        element.hidden = !open;
        if (open) id.focus();
      },
      done() {
        fetch.disabled = false;
      },
    };
  }

  function makeColumns({ onMap, onUse, onDrop }) {
    const title = h("h3", { id: "columns-title", tabindex: "-1" });
    const lead = h("p", { class: "columns-lead" });
    const fields = h("div", { class: "columns-fields" });
    const preview = h("div", { class: "columns-preview", "data-testid": "columns-preview", tabindex: "0", role: "region", "aria-label": "The first cases as they would be read" });
    const told = h("p", { class: "columns-told", role: "status", "data-testid": "columns-told" });
    const use = button({ words: "Use these cases", className: "btn primary", "data-testid": "columns-use", onClick: () => onUse(read()) });
    const element = h("section", { class: "columns", hidden: true, "aria-labelledby": "columns-title", "data-testid": "columns" }, title, lead, fields, preview, h("div", { class: "columns-foot" }, told, h("div", { class: "run-acts" }, button({ words: "Leave it", className: "btn quiet", "data-testid": "columns-drop", onClick: onDrop }), use)));
    let name = "";
    let waiting = 0; // since when an answer is due, 0 for none
    let changed = false; // since it was asked for
    const selects = new Map();

    const read = () => Object.fromEntries([...selects].map(([field, control]) => [field, control.value]).filter(([, column]) => column));

    // One question at a time: answers to two of them may come in either order, and Gradio then shows the last alone.
    function map() {
      changed = true;
      if (waiting && performance.now() - waiting < PATIENCE_MS) return;
      [waiting, changed] = [performance.now(), false];
      onMap(read());
    }

    function update(value) {
      waiting = 0;
      if (value && changed) return map();
      element.hidden = !value;
      const arrived = value && value.name !== name;
      name = value ? value.name : "";
      if (!value) return;
      title.textContent = `${value.name}: which column is which?`;
      lead.textContent = `${plural(value.rows, "row")}${value.cut ? " at least" : ""}. Its columns have other names than the fields of a case; nothing is used until you say so.`;
      if (arrived) build(value);
      for (const [field, control] of selects) control.value = value.chosen[field] || "";
      drawPreview(value);
      const missing = value.missing.map((field) => FIELDS[field].toLowerCase());
      const read = `${count(value.kept)} of ${value.looked < value.rows ? `the first ${plural(value.looked, "row")}` : plural(value.looked, "row")} can be read.`;
      told.textContent = missing.length ? `Choose the ${missing.join(" and the ")}.` : [read, ...value.problems].join(" ");
      use.disabled = Boolean(missing.length) || value.kept === 0;
      if (arrived) title.focus();
    }

    function build(value) {
      selects.clear();
      const controls = Object.keys(FIELDS).map((field) => {
        const control = h("select", { id: `column-${field}`, "data-testid": `column-${field}`, on: { change: map } }, h("option", { value: "", text: "–" }), ...value.columns.map((column) => h("option", { value: column.name, text: column.sample ? `${column.name}: ${column.sample}` : column.name })));
        selects.set(field, control);
        return h("div", { class: "field" }, h("label", { for: control.id, text: value.required.includes(field) ? `${FIELDS[field]} (needed)` : FIELDS[field] }), control);
      });
      const rest = controls.slice(SHOWN.length);
      fields.replaceChildren(...controls.slice(0, SHOWN.length), h("details", { class: "run-more is-wide" }, h("summary", {}, icon("next", "turn"), "Other fields"), h("div", { class: "columns-fields" }, ...rest)));
    }

    function drawPreview(value) {
      preview.hidden = !value.preview.length;
      const head = h("tr", {}, ...SHOWN.map((field) => h("th", { scope: "col", text: FIELDS[field] })));
      const rows = value.preview.map((row) => h("tr", {}, ...SHOWN.map((field) => h("td", { text: row[field] || "–" }))));
      preview.replaceChildren(h("table", {}, h("caption", { class: "sr", text: "The first cases as they would be read" }), h("thead", {}, head), h("tbody", {}, ...rows)));
    }

    return { element, update };
  }

  Object.assign(parts, { makeHubField, makeColumns });
})();
