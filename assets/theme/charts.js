// One chart: its title says what it shows, a line says how to read it, the figures stand in a table beneath, and all of
// it can be saved without a connection.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button } = parts;

  const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, showTips: false, doubleClick: false, scrollZoom: false };
  const EXPORT = { width: 960, scale: 2 };
  const FORMATS = ["png", "svg", "csv"];
  const KEPT_MS = 60000; // how long a busy browser may take to fetch a file from us

  // A chart that is drawn for the first time keeps the page busy longer than all else, and scrolling brings several at
  // once: they are drawn one after another, so that what was pressed meanwhile is heard, and a file that somebody asked
  // for comes before the next chart.
  const [files, firsts] = [[], []];
  let busy = false;

  function inTurn(line, job) {
    return new Promise((resolve, reject) => {
      line.push(() => job().then(resolve, reject));
      if (!busy) work();
    });
  }

  async function work() {
    busy = true;
    while (files.length || firsts.length) {
      await (files.shift() || firsts.shift())();
      await new Promise((next) => window.setTimeout(next));
    }
    busy = false;
  }

  // Both are waited for once: a wait between two drawings would show a frame without a chart.
  let lettered = null;
  const letters = () => (lettered ||= Promise.all([parts.loadPlotly(), parts.lettersLoaded()]).then(([plotly]) => plotly));

  // A chart out of sight is drawn again once the page has been left in peace for so long.
  const PEACE_MS = 250;

  // `onMark(id)`: a mark was pressed; `onThreshold(value)`: the sweep was pressed; `tools` stand in the head.
  function makeChart({ id, onMark, onThreshold, tools }) {
    let chart = null;
    let options = {};
    let width = 0; // as the browser last laid it out: to ask for it between two changes costs a layout each time
    let last = ""; // the figure that is drawn: to draw it again would cost Plotly as much as a new one
    let made = null; // the figure that is to be drawn
    let asked = false; // its drawing waits for its turn
    let near = false; // drawn only once it is near the window: nine charts at once would keep the page waiting
    let seen = false; // in the window
    let peace = 0;
    const title = h("h3", { id: `chart-${id}-title` });
    const reading = h("p", { class: "chart-reading" });
    const plot = h("div", { class: "plot", role: "img", "aria-label": "Chart", "data-testid": `plot-${id}` });
    const wait = h("p", { class: "plot-wait", text: "Drawing …" });
    const note = h("p", { class: "chart-note", hidden: true });
    const table = h("div", { class: "grid-scroll", tabindex: "0", role: "region", "aria-label": "Figures of this chart" });
    const details = h("details", { class: "figures", "data-testid": `figures-${id}` }, h("summary", {}, icon("next", "turn"), "Figures"), table);
    const saves = FORMATS.map((format) => button({ words: format.toUpperCase(), label: `Save this chart as ${format.toUpperCase()}`, className: "btn quiet small", "data-testid": `save-${id}-${format}`, onClick: (event) => save(event.currentTarget, format) }));
    const failure = h("p", { class: "chart-note is-failure", role: "alert", hidden: true });
    const element = h("article", { class: "panel chart", "aria-labelledby": title.id, "data-testid": `chart-${id}` }, h("header", { class: "chart-head" }, h("div", {}, title, reading), tools && h("div", { class: "chart-tools" }, ...tools)), h("div", { class: "plot-box" }, plot, wait), note, failure, h("div", { class: "chart-foot" }, details, h("div", { class: "saves" }, ...saves)));
    details.addEventListener("toggle", fillTable);
    new ResizeObserver(() => {
      width = plot.clientWidth;
      if (chart) draw();
    }).observe(plot);
    const watch = (note, options) => new IntersectionObserver((entries) => (note(entries[entries.length - 1].isIntersecting), chart && draw()), options).observe(element);
    watch((is) => (near = is), { rootMargin: "50% 0px" });
    watch((is) => (seen = is));
    window.addEventListener("beforeprint", () => {
      near = true;
      if (chart) paint();
    });

    function set(next, more) {
      chart = next;
      options = more;
      made = null;
      title.textContent = chart.title;
      reading.textContent = chart.reading;
      plot.setAttribute("aria-label", `${chart.title}. ${chart.reading} The figures are in the table below.`);
      // The place is kept before the chart is drawn, so that nothing below it jumps.
      plot.style.height = `${figure().layout.height}px`;
      note.hidden = !options.note;
      note.textContent = options.note || "";
      fillTable();
      return draw();
    }

    function figure() {
      const wide = width || plot.clientWidth;
      if (made && made.wide === wide) return made;
      const { traces, layout } = parts.figure(chart, options.colours, { ...options, narrow: wide < parts.NARROW });
      const drawing = { data: traces.flatMap((trace) => lit(trace, options.mark, options.marks)), layout: { ...layout, width: wide } };
      return (made = { ...drawing, wide, told: JSON.stringify(drawing) });
    }

    const isStale = () => figure().told !== last;

    // What is not drawn yet is never shown as if it were: until its turn `wait` covers an earlier figure. Covered, not
    // made invisible: that would be passed on to each element of it.
    async function draw() {
      window.clearTimeout(peace);
      const stale = isStale();
      if (stale && last && seen) return paint();
      wait.hidden = !stale;
      if (!stale || !near) return undefined;
      if (last) return void (peace = window.setTimeout(drawInTurn, PEACE_MS));
      return drawInTurn();
    }

    function drawInTurn() {
      if (asked) return undefined;
      asked = true;
      return inTurn(firsts, () => (near ? paint() : Promise.resolve()).finally(() => (asked = false)));
    }

    async function paint() {
      const plotly = await letters().catch((error) => void (wait.textContent = error.message));
      if (!plotly || !chart || !width) return;
      const { data, layout, told } = figure();
      if (told !== last) {
        last = told;
        plot.style.height = `${layout.height}px`;
        await plotly.react(plot, data, layout, CONFIG);
        plot.removeAllListeners("plotly_click");
        plot.on("plotly_click", (event) => press(event.points[0]));
      }
      wait.hidden = !isStale();
    }

    // What the pointer brings up goes away without moving it.
    document.addEventListener("keydown", (event) => event.key === "Escape" && plot.querySelector(".hovertext") && window.Plotly.Fx.unhover(plot));

    function press(point) {
      const mark = Array.isArray(point.pointNumber) ? point.data.customdata[point.pointNumber[0]][point.pointNumber[1]] : point.customdata;
      if (typeof mark !== "string" || !mark) return;
      if (mark.startsWith("@")) {
        const [protocol, threshold] = mark.slice(1).split(":");
        onThreshold(Number(threshold), protocol);
      } else onMark(mark);
    }

    function fillTable() {
      if (!chart || !details.open) return;
      const { columns, rows } = chart.table;
      const known = (control) => control.dataset.mark;
      parts.keepFocus(table, known, () => table.replaceChildren(h("table", { class: "grid-table" }, h("thead", {}, h("tr", {}, ...columns.map((text) => h("th", { scope: "col", text })))), h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell, place) => figureCell(cell, place))))))));
    }

    function figureCell(cell, place) {
      const empty = !cell.mark || cell.text === "0";
      const inner = empty ? cell.text : h("button", { type: "button", class: "figure-link", text: cell.text, "data-mark": cell.mark, on: { click: () => onMark(cell.mark) } });
      return place === 0 ? h("th", { scope: "row" }, inner) : h("td", {}, inner);
    }

    // Until the file is there, a second press asks for the same one.
    async function save(pressed, format) {
      if (pressed.getAttribute("aria-busy")) return;
      pressed.setAttribute("aria-busy", "true");
      failure.hidden = true;
      try {
        await inTurn(files, () => download(format));
      } catch (error) {
        failure.hidden = false;
        failure.textContent = `This chart could not be saved as ${format.toUpperCase()}: ${error.message || "the browser could not draw it"}.`;
      } finally {
        pressed.removeAttribute("aria-busy");
      }
    }

    async function download(format) {
      if (format === "csv") return offer(new Blob([csv(chart.table)], { type: "text/csv" }), `${chart.id}.csv`);
      const plotly = await parts.loadPlotly();
      const { traces, layout } = parts.figure(chart, options.colours, { ...options, narrow: false });
      const top = (layout.margin.t || 0) + 64;
      const figure = { data: traces, layout: { ...layout, width: EXPORT.width, height: layout.height + 64, paper_bgcolor: options.colours.sheet, margin: { ...layout.margin, l: 20, r: 24, t: top }, title: { text: chart.title, subtitle: { text: chart.reading, font: { size: 12.5, color: options.colours["ink-3"] } }, x: 0, xref: "paper", yref: "container", y: 1, pad: { t: 18 }, yanchor: "top", font: { size: 17 } } } };
      const url = await plotly.toImage(figure, { format, width: EXPORT.width, height: figure.layout.height, scale: format === "png" ? EXPORT.scale : 1 });
      return offer(await (await blobOf(url)), `${chart.id}.${format}`);
    }

    return { element, set, draw };
  }

  // What was picked stands out, the other marks of the chart step back: with their intervals, which Plotly cannot do by
  // itself, so that a trace of dots becomes two.
  function lit(trace, mark, marks) {
    if (!mark || !marks.has(mark) || trace.type === "heatmap" || !trace.customdata) return [trace];
    const places = trace.customdata.map((_, place) => place);
    const [mine, others] = [places.filter((place) => trace.customdata[place] === mark), places.filter((place) => trace.customdata[place] !== mark)];
    if (trace.mode === "markers" && trace.error_x) return [{ ...part(trace, others), opacity: 0.35 }, ...(mine.length ? [{ ...part(trace, mine), showlegend: !others.length, marker: { ...trace.marker, size: trace.marker.size + 3 } }] : [])];
    return [{ ...trace, selectedpoints: mine, selected: { marker: { opacity: 1 } }, unselected: { marker: { opacity: 0.3 } } }];
  }

  function part(trace, places) {
    const of = (list) => places.map((place) => list[place]);
    const { array, arrayminus } = trace.error_x;
    return { ...trace, x: of(trace.x), y: of(trace.y), customdata: of(trace.customdata), hovertext: of(trace.hovertext), error_x: { ...trace.error_x, array: of(array), arrayminus: of(arrayminus) } };
  }

  // A data address becomes a blob without a request: the page's policy allows none to such an address.
  function blobOf(url) {
    const [head, body] = [url.slice(0, url.indexOf(",")), url.slice(url.indexOf(",") + 1)];
    const type = head.slice(5).split(";")[0].split(",")[0];
    if (!head.includes(";base64")) return new Blob([decodeURIComponent(body)], { type });
    return new Blob([Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0))], { type });
  }

  function offer(blob, name) {
    const url = URL.createObjectURL(blob);
    const link = h("a", { href: url, download: `dipg-${name}` });
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
  }

  // A cell that starts like a formula is a formula to a spreadsheet: it gets an apostrophe, but for a signed number.
  function csv({ columns, rows }) {
    const quote = (told) => {
      const text = /^\d{1,3}(,\d{3})+$/.test(told) ? told.replaceAll(",", "") : told;
      const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+$/.test(text) ? `'${text}` : text;
      return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    return "\ufeff" + [columns, ...rows.map((row) => row.map((cell) => cell.text))].map((row) => row.map(quote).join(",")).join("\r\n") + "\r\n";
  }

  Object.assign(parts, { makeChart, offer });
})();
