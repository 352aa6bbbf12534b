// A table of any length: only the rows in sight are in the page. One row is one trace; its question is a link to it.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, count, plural } = parts;

  const SPARE = 6; // rows drawn beyond either edge, so that a scroll shows no gap
  const SEARCH_MS = 200; // the server searches the texts themselves: asked once the typing pauses

  // `columns`: {id, title, className, draw(row), order(row)}; `link(row)` is where a row leads; `text(row)` is searched.
  // `tally(rows, alone)` counts them in words, alone or after "… of". `begin` is {q, sort} as `view()` gives them, for an
  // address to keep; `onView()`: they have changed.
  function makeTable({ columns, link, text, noun, label, onSearch, onView, begin, tally = (rows) => plural(rows.length, noun) }) {
    let rows = [];
    let chosen = null; // the rows of the mark that was picked, null for all
    let shown = [];
    let sort = readSort(begin && begin.sort, columns);
    let timer = 0;
    let height = 0; // of a row, asked for when the frame was last laid out: to ask costs a layout of the page
    let laid = 0; // that when the rows were last laid out
    let told = { words: "", rows: new Set() }; // what the server found in the texts themselves
    const search = h("input", { type: "search", class: "search-input", placeholder: `Search ${noun}s`, "aria-label": `Search ${noun}s`, "data-testid": "table-search", autocomplete: "off", spellcheck: "false", on: { input: seek } });
    const total = h("p", { class: "table-count", role: "status", "data-testid": "table-count" });
    const picked = h("span", { class: "table-picked", "data-testid": "table-picked" });
    const heads = columns.map((column) => header(column));
    const body = h("div", { class: "vrows", role: "rowgroup" });
    const frame = h("div", { class: "vframe", tabindex: "0", role: "region", "aria-label": label, "data-testid": "table-frame", on: { scroll: paint } });
    const table = h("div", { class: "vtable", role: "table", "aria-label": label, "data-testid": "table" }, h("div", { class: "vhead", role: "rowgroup" }, h("div", { class: "vrow", role: "row", "aria-rowindex": "1" }, ...heads.map((head) => head.element))), body);
    const none = h("p", { class: "table-none", hidden: true });
    frame.append(table, none);
    const element = h("section", { class: "panel table-panel", "aria-label": label }, h("div", { class: "table-head" }, total, picked, h("div", { class: "search" }, icon("search"), search)), frame);
    new ResizeObserver(() => ((height = rowHeight()), paint())).observe(frame);
    search.value = (begin && begin.q) || "";
    showSort();

    function header(column) {
      if (!column.order) return { column, element: h("div", { class: `vcell ${column.className || ""}`, role: "columnheader" }, column.title) };
      const press = h("button", { type: "button", class: "sort", "data-testid": `sort-${column.id}`, on: { click: () => turn(column.id) } }, h("span", { text: column.title }), icon("down", "sort-mark"));
      return { column, element: h("div", { class: `vcell ${column.className || ""}`, role: "columnheader", "aria-sort": "none" }, press) };
    }

    function turn(id) {
      sort = sort.id === id ? { id, up: !sort.up } : { id, up: true };
      showSort();
      draw();
      if (onView) onView();
    }

    function showSort() {
      for (const head of heads) if (head.column.order) head.element.setAttribute("aria-sort", head.column.id === sort.id ? (sort.up ? "ascending" : "descending") : "none");
    }

    function seek() {
      draw();
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (onSearch) onSearch(search.value.trim());
        if (onView) onView();
      }, SEARCH_MS);
    }

    // `keep` leaves the scroll where it is: the table has grown under the reader's eyes. `same` leaves the rows that stay:
    // what they say has not changed, and a hand may be on one.
    function draw(keep, same) {
      const words = search.value.trim();
      const needle = words.toLowerCase();
      const pool = chosen === null ? rows : chosen;
      // Until the server has answered for a longer word, what it found for the shorter one stands.
      const found = told.words && words.startsWith(told.words) ? told.rows : new Set();
      shown = needle ? pool.filter((row) => found.has(row) || text(row).toLowerCase().includes(needle)) : [...pool];
      const column = columns.find((each) => each.id === sort.id);
      if (column) {
        const way = sort.up ? 1 : -1;
        const keys = new Map(shown.map((row) => [row, column.order(row)]));
        shown.sort((a, b) => way * compare(keys.get(a), keys.get(b)) || a - b);
      }
      total.textContent = shown.length === rows.length ? tally(rows, true) : `${count(shown.length)} of ${tally(rows, false)}`;
      none.hidden = shown.length > 0;
      none.textContent = rows.length ? `No ${noun} matches.` : `There is no ${noun} yet.`;
      table.setAttribute("aria-rowcount", String(shown.length + 1));
      if (keep !== true) frame.scrollTop = 0;
      const place = (control) => control.closest(".vrow").dataset.row;
      parts.keepFocus(body, place, () => {
        if (!same) body.replaceChildren();
        paint();
      });
    }

    function paint() {
      height ||= rowHeight();
      body.style.height = `${shown.length * height}px`;
      // A window that grows narrow, or is zoomed into, makes the rows higher: those that are there move.
      if (height !== laid) for (const drawn of body.children) drawn.style.top = `${(Number(drawn.ariaRowIndex) - 2) * height}px`;
      laid = height;
      const from = Math.max(0, Math.floor((frame.scrollTop - body.offsetTop) / height) - SPARE);
      const to = Math.min(shown.length, Math.ceil((frame.scrollTop + frame.clientHeight) / height) + SPARE);
      const wanted = new Map();
      for (let place = from; place < to; place += 1) wanted.set(`${place}:${shown[place]}`, place);
      for (const drawn of [...body.children]) if (!wanted.delete(drawn.dataset.at)) drawn.remove();
      // In their order, which Tab follows; those that are there stay untouched, for one of them may have the focus.
      for (const [at, place] of wanted) body.insertBefore(line(shown[place], place, at, height), [...body.children].find((each) => Number(each.ariaRowIndex) > place + 2) || null);
    }

    const rowHeight = () => parseFloat(getComputedStyle(frame).getPropertyValue("--row-height")) || 56;

    function line(row, place, at, height) {
      const target = link(row);
      const element = h("div", { class: "vrow", role: "row", "aria-rowindex": String(place + 2), "data-testid": "row", data: { at, row: String(row) } }, ...columns.map((column) => h("div", { class: `vcell ${column.className || ""}`, role: "cell" }, ...[column.draw(row, target)].flat())));
      element.style.top = `${place * height}px`;
      if (target) element.addEventListener("click", (event) => !event.target.closest("a, button") && !String(window.getSelection()) && element.querySelector("a")?.click());
      return element;
    }

    return {
      element,
      view: () => ({ q: search.value.trim(), sort: sort.id && `${sort.up ? "" : "-"}${sort.id}` }),
      set(all, keep) {
        rows = all;
        draw(keep);
      },
      // `mark` is {label, rows} or null: exactly these rows are shown. A filter has no label.
      choose(mark, tools, keep) {
        chosen = mark ? mark.rows : null;
        const told = mark && mark.label ? [h("b", { text: mark.label }), ...(tools || [])] : [];
        parts.keepFocus(picked, () => "clear", () => picked.replaceChildren(...told));
        draw(keep);
      },
      setFound(words, found) {
        told = { words, rows: found };
        draw(false, true);
      },
    };
  }

  // A column, or "-" and a column for its other way round.
  function readSort(text, columns) {
    const up = !String(text || "").startsWith("-");
    const column = columns.find((each) => each.order && each.id === String(text || "").slice(up ? 0 : 1));
    return { id: column ? column.id : "", up };
  }

  function compare(a, b) {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return a < b ? -1 : a > b ? 1 : 0;
  }

  Object.assign(parts, { makeTable });
})();
