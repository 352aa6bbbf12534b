// Charts drawn by Plotly in the colours and type of the page. Only words of our own enter a plot: Plotly reads markup in
// labels, and what a model or a visitor wrote must never be read as markup.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { signed } = parts;

  const FONT = '"Dipg Sans", Inter, system-ui, sans-serif';
  const PROTOCOLS = ["v3", "v4", "guarded"];
  const TITLES = { v3: "V3", v4: "V4", guarded: "Guarded" };
  // Shape and fill tell the protocols apart without colour.
  const SYMBOLS = { v3: "circle-open", v4: "diamond", guarded: "square" };
  const DASHES = { v3: "dot", v4: "dash", guarded: "solid" };
  const PATTERNS = { exact: "", fuzzy: "-", altered: "x", ungrounded: "", unscorable: "." };
  const NARROW = 520;
  const MINUS = "−";

  // The colours of the theme at hand, as the browser computes them.
  function palette(root) {
    const probe = document.createElement("i");
    probe.hidden = true;
    root.append(probe);
    const read = (name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    };
    const colours = Object.fromEntries(["ink", "ink-2", "ink-3", "line", "sheet", "well", "accent", "accent-soft", "altered", "altered-soft", "exact", "fuzzy", "ungrounded", "good", "bad", "p-v3", "p-v4", "p-guarded", "edge"].map((name) => [name, read(name)]));
    probe.remove();
    return colours;
  }

  const percent = (value) => (value === null ? "–" : value > 0 && value < 0.005 ? "<1 %" : value < 1 && value > 0.995 ? ">99 %" : `${Math.round(value * 100)} %`);

  function base(c, more) {
    const axis = { gridcolor: c.line, linecolor: c.line, zerolinecolor: c.line, tickcolor: c.line, automargin: true, fixedrange: true, tickfont: { color: c["ink-2"], size: 12.5 }, title: { font: { color: c["ink-3"], size: 12.5 }, standoff: 10 } };
    const { xaxis, yaxis, ...rest } = more;
    const merged = (given) => ({ ...axis, ...given, title: { ...axis.title, ...(given.title || {}) } });
    return {
      font: { family: FONT, size: 13, color: c.ink },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 8, r: 12, t: 34, b: 34 },
      legend: { orientation: "h", x: 0, y: 1, xanchor: "left", yanchor: "bottom", itemclick: false, itemdoubleclick: false, font: { color: c["ink-2"], size: 12.5 }, bgcolor: "rgba(0,0,0,0)", traceorder: "normal" },
      hoverlabel: { bgcolor: c.ink, bordercolor: c.ink, font: { family: FONT, size: 12.5, color: c.sheet }, align: "left" },
      hovermode: "closest",
      dragmode: false,
      bargap: 0.24,
      ...rest,
      xaxis: merged(xaxis),
      yaxis: merged(yaxis),
    };
  }

  const AXIS = { fixedrange: true, automargin: true };
  const shareAxis = (title) => ({ range: [-0.02, 1.02], tickvals: [0, 0.25, 0.5, 0.75, 1], ticktext: ["0", "25", "50", "75", "100 %"], zeroline: false, ...(title ? { title: { text: title } } : {}) });

  // A dot with its interval for each protocol, one row a name; with `words` the share stands where the interval ends.
  // `points` have {row, protocol, value, low, high, hits, n, mark}.
  // `taken` are the other marks of the chart, {row, protocol, value}: so high that the words of the protocols beside them
  // leave them free too.
  function dots(c, points, names, { dodge, words, taken = [] }) {
    return PROTOCOLS.flatMap((protocol, place) => {
      const mine = points.filter((point) => point.protocol === protocol && point.value !== null);
      const y = mine.map((point) => names.indexOf(point.row) + (place - 1) * dodge);
      const hollow = SYMBOLS[protocol].endsWith("open");
      const marks = {
        type: "scatter",
        mode: "markers",
        name: TITLES[protocol],
        x: mine.map((point) => point.value),
        y,
        cliponaxis: false,
        customdata: mine.map((point) => point.mark),
        hovertext: mine.map((point) => `${TITLES[protocol]}: ${point.hits} of ${point.n} (${percent(point.value)})<br>95 %: ${percent(point.low)} to ${percent(point.high)}`),
        hoverinfo: "text",
        marker: { symbol: SYMBOLS[protocol], size: 10, color: c[`p-${protocol}`], line: { width: hollow ? 2 : 0, color: c[`p-${protocol}`] } },
        error_x: { type: "data", symmetric: false, array: mine.map((point) => point.high - point.value), arrayminus: mine.map((point) => point.value - point.low), color: c[`p-${protocol}`], thickness: 1.5, width: 3 },
      };
      const places = mine.map((point) => wordsAt(point, taken.filter((mark) => mark.row === point.row && Math.abs(PROTOCOLS.indexOf(mark.protocol) - place) < 2).map((mark) => mark.value)));
      const said = { type: "scatter", mode: "text", showlegend: false, hoverinfo: "skip", x: places.map((place) => place.x), y, text: mine.map((point) => `  ${percent(point.value)}  `), textposition: places.map((place) => place.side), textfont: { size: 11.5, color: c["ink-2"] }, cliponaxis: false };
      return words ? [marks, said] : [marks];
    });
  }

  const ROOM = 0.1; // what the words at an interval take of the axis

  // Where the words of a dot stand: where its interval ends, at the right if there is room, and on no other mark.
  function wordsAt({ low, high }, taken) {
    const free = (from) => taken.every((value) => value < from - 0.01 || value > from + ROOM);
    const [right, left] = [high <= 1.04 - ROOM, low >= ROOM];
    if (right && free(high)) return { x: high, side: "middle right" };
    if (left && free(low - ROOM)) return { x: low, side: "middle left" };
    return right ? { x: Math.max(high, ...taken.filter((value) => value <= high + ROOM)), side: "middle right" } : { x: low, side: "middle left" };
  }

  function nameAxis(names, labels) {
    return { range: [names.length - 0.45, -0.55], tickvals: names.map((_, place) => place), ticktext: labels || names.map(parts.capital), showgrid: false, zeroline: false, ticks: "", tickfont: { size: 13 } };
  }

  const bands = (c, names) => names.map((_, place) => place).filter((place) => place % 2).map((place) => ({ type: "rect", xref: "paper", x0: 0, x1: 1, y0: place - 0.5, y1: place + 0.5, fillcolor: c.well, line: { width: 0 }, layer: "below" }));

  function rates(c, data, options) {
    const points = data.points.map((point) => ({ ...point, row: point.rate }));
    const told = options.reference ? data.published.map((each) => ({ ...each, row: each.rate })) : [];
    const traces = dots(c, points, data.rates, { dodge: 0.27, words: !options.narrow, taken: told });
    if (options.reference) {
      traces.push({
        type: "scatter",
        mode: "markers",
        name: options.published,
        x: told.map((each) => each.value),
        y: told.map((each) => data.rates.indexOf(each.rate) + (PROTOCOLS.indexOf(each.protocol) - 1) * 0.27),
        hovertext: told.map((each) => `${options.published}<br>${TITLES[each.protocol]}: ${percent(each.value)}`),
        hoverinfo: "text",
        marker: { symbol: "line-ns-open", size: 17, color: c.ink, line: { width: 2, color: c.ink } },
      });
    }
    return { traces, layout: base(c, { height: 470, margin: { l: 8, r: 24, t: 34, b: 34 }, shapes: bands(c, data.rates), xaxis: { ...shareAxis(), side: "bottom" }, yaxis: nameAxis(data.rates) }) };
  }

  function rungs(c, data, options) {
    const names = data.steps.map((step) => step.title);
    const known = data.steps.filter((step) => step.value !== null);
    const line = {
      type: "scatter",
      mode: "lines+markers+text",
      showlegend: false,
      x: known.map((step) => step.value),
      y: known.map((step) => names.indexOf(step.title)),
      text: known.map((step) => `${step.hits} of ${step.n}`),
      textposition: known.map((step) => (step.value > 0.72 ? "top left" : "top right")),
      textfont: { size: 12, color: c.ink },
      cliponaxis: false,
      customdata: known.map((step) => step.mark),
      hovertext: known.map((step) => `Safe under ${step.title}: ${step.hits} of ${step.n}<br>95 %: ${percent(step.low)} to ${percent(step.high)}`),
      hoverinfo: "text",
      line: { color: c.edge, width: 1.5, shape: "vh" },
      marker: { symbol: "square", size: 11, color: c["p-guarded"] },
      error_x: { type: "data", symmetric: false, array: known.map((step) => step.high - step.value), arrayminus: known.map((step) => step.value - step.low), color: c["p-guarded"], thickness: 1.5, width: 3 },
    };
    const changes = data.steps.filter((step) => "gained" in step).map((step) => ({ x: 1, xref: "paper", xanchor: "right", y: names.indexOf(step.title), yshift: -13, showarrow: false, align: "right", text: step.gained || step.lost ? `+${step.gained} ${MINUS}${step.lost}` : "no change", font: { size: 11.5, color: c["ink-3"] } }));
    return { traces: [line], layout: base(c, { height: 470, annotations: changes, margin: { l: 8, r: 14, t: 14, b: 34 }, shapes: bands(c, names), xaxis: { ...shareAxis(options.narrow ? "Safe (right: newly, no longer)" : "Safe; at the right how many are newly safe and no longer safe") }, yaxis: nameAxis(names, options.narrow ? names.map(wrap) : names) }) };
  }

  const wrap = (name) => name.replace(/ (without|per) /, "<br>$1 ");

  function categories(c, data, options) {
    const points = data.points.filter((point) => point.rate === options.rate).map((point) => ({ ...point, row: point.category }));
    const labels = data.categories.map((name, place) => `${parts.capital(name)}<br>n = ${data.counts[place]}`);
    const traces = dots(c, points, data.categories, { dodge: 0.24, words: false });
    return { traces, layout: base(c, { margin: { l: 8, r: 24, t: 34, b: 34 }, height: 74 + 62 * Math.max(1, data.categories.length), shapes: bands(c, data.categories), xaxis: shareAxis(parts.capital(options.rate)), yaxis: nameAxis(data.categories, labels) }) };
  }

  function rewards(c, data, options) {
    const traces = [];
    const layout = { height: 400, bargap: 0, showlegend: false, margin: { l: 8, r: 12, t: 24, b: 40 }, annotations: [], shapes: [] };
    const values = data.bars.map((bar) => bar.reward);
    const edge = Math.max(55, ...values.map(Math.abs)) + 4;
    PROTOCOLS.forEach((protocol, place) => {
      const key = place ? String(place + 1) : "";
      const bars = data.bars.filter((bar) => bar.protocol === protocol);
      const top = 1 - place / 3;
      traces.push({ type: "bar", name: TITLES[protocol], xaxis: "x", yaxis: `y${key}`, width: 3.2, x: bars.map((bar) => bar.reward), y: bars.map((bar) => bar.n), text: bars.map((bar) => String(bar.n)), textposition: "outside", constraintext: "none", cliponaxis: false, textfont: { size: 11.5, color: c["ink-2"] }, customdata: bars.map((bar) => bar.mark), hovertext: bars.map((bar) => `${TITLES[protocol]}, reward ${signed(bar.reward)}: ${bar.n} of ${bar.of}`), hoverinfo: "text", marker: fill(c, protocol) });
      const mean = data.means.find((each) => each.protocol === protocol);
      const said = mean.mean === null ? "no reward" : `mean ${signed(mean.mean)}, n = ${mean.n}`;
      layout.annotations.push({ xref: "paper", yref: "paper", x: 0, y: top, xanchor: "left", yanchor: "top", showarrow: false, text: `<b>${TITLES[protocol]}</b>  ${said}`, font: { size: 12.5, color: c["ink-2"] } });
      if (mean.mean !== null) layout.shapes.push({ type: "line", xref: "x", yref: `y${key} domain`, x0: mean.mean, x1: mean.mean, y0: 0, y1: 0.5, line: { color: c.ink, width: 1.5, dash: "dot" } });
      const told = options.reference ? data.published.find((each) => each.protocol === protocol) : null;
      if (told) {
        layout.shapes.push({ type: "line", xref: "x", yref: `y${key} domain`, x0: told.mean, x1: told.mean, y0: 0, y1: 0.72, line: { color: c.accent, width: 2 } });
        layout.annotations.push({ xref: "x", yref: `y${key} domain`, x: told.mean, y: 0.72, xanchor: "left", yanchor: "bottom", showarrow: false, text: `published ${signed(told.mean)}`, font: { size: 11.5, color: c.accent } });
      }
      const most = Math.max(1, ...bars.map((bar) => bar.n));
      layout[`yaxis${key}`] = { ...AXIS, domain: [top - 1 / 3 + 0.03, top - 0.01], range: [0, most * 1.75], showgrid: false, showticklabels: false, zeroline: true, zerolinecolor: c.edge, ticks: "" };
    });
    const { yaxis, ...rest } = layout;
    return { traces, layout: base(c, { ...rest, xaxis: { range: [-edge, edge], dtick: 25, zeroline: true, zerolinecolor: c.line, anchor: "y3", title: { text: "Reward" } }, yaxis }) };
  }

  // V3 hollow, V4 mid, Guarded dark: readable in grey.
  const fill = (c, protocol) => (protocol === "v3" ? { color: c.sheet, line: { color: c["p-v3"], width: 1.5 } } : { color: c[`p-${protocol}`], line: { width: 0 } });

  function sweep(c, data, options) {
    const traces = data.lines.map((line) => ({
      type: "scatter",
      mode: "lines",
      name: TITLES[line.protocol],
      x: line.points.map((point) => point.threshold),
      y: line.points.map((point) => point.value),
      customdata: line.points.map((point) => `@${line.protocol}:${point.threshold}`),
      hovertext: line.points.map((point) => `${TITLES[line.protocol]} at ${point.threshold} %: ${point.hits} of ${point.n} safe<br>Press to move the threshold here`),
      hoverinfo: "text",
      line: { color: c[`p-${line.protocol}`], width: 2.25, dash: DASHES[line.protocol], shape: "vh" },
    }));
    for (const protocol of ["v4", "guarded"]) {
      const bars = data.bars.filter((bar) => bar.protocol === protocol);
      traces.push({ type: "bar", name: `${TITLES[protocol]} verdicts changed`, showlegend: false, xaxis: "x", yaxis: "y2", offsetgroup: protocol, x: bars.map((bar) => bar.threshold), y: bars.map((bar) => bar.n), customdata: bars.map((bar) => bar.mark), hovertext: bars.map((bar) => `${TITLES[protocol]}: ${bar.n} change between ${bar.threshold - 1} % and ${bar.threshold} %`), hoverinfo: "text", marker: fill(c, protocol) });
    }
    const most = Math.max(3, ...data.bars.map((bar) => bar.n));
    const rule = (at, colour, dash) => ({ type: "line", x0: at, x1: at, yref: "paper", y0: 0, y1: 1, line: { color: colour, width: 1.5, dash }, layer: "below" });
    const shapes = [rule(85, c["ink-3"], "dot")];
    const annotations = [{ x: 85, yref: "paper", y: 1, xanchor: "right", yanchor: "top", showarrow: false, text: "85 %, as published ", font: { size: 11.5, color: c["ink-3"] } }, { xref: "paper", x: 0, yref: "paper", y: 0.27, xanchor: "left", yanchor: "bottom", showarrow: false, text: "Verdicts that change at each step", font: { size: 12, color: c["ink-3"] } }];
    if (options.threshold !== 85) {
      shapes.push(rule(options.threshold, c.accent, "solid"));
      annotations.push({ x: options.threshold, yref: "paper", y: 0.92, xanchor: options.threshold > 75 ? "right" : "left", yanchor: "top", showarrow: false, text: ` now ${options.threshold} % `, font: { size: 11.5, color: c.accent } });
    }
    return { traces, layout: base(c, { height: 430, margin: { l: 8, r: options.narrow ? 26 : 12, t: 34, b: 34 }, hoverdistance: 60, barmode: "group", bargap: 0.1, shapes, annotations, xaxis: { range: [49.4, 100.6], dtick: options.narrow ? 10 : 5, tickangle: 0, ticksuffix: " %", showgrid: false, zeroline: false, anchor: "y2", title: { text: "Similarity that is asked of a quote" } }, yaxis: { ...shareAxis(), domain: [0.36, 1], title: { text: "Safe" } }, yaxis2: { ...AXIS, domain: [0, 0.26], range: [0, most * 1.1], gridcolor: c.line, nticks: 4, tickfont: { color: c["ink-3"], size: 11.5 }, zerolinecolor: c.edge } }) };
  }

  // Ink or paper, whichever is further from a colour that lies between two.
  function readable(c, [low, high], share) {
    const light = (colour) => {
      const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((value) => (value / 255) ** 2.2);
      return 0.05 + 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [from, to] = [low, high].map((colour) => colour.match(/[\d.]+/g).map(Number));
    const ground = light(`rgb(${from.map((value, place) => value + share * (to[place] - value)).join(" ")})`);
    const contrast = (colour) => Math.max(light(colour), ground) / Math.min(light(colour), ground);
    return contrast(c.ink) > contrast(c.sheet) ? c.ink : c.sheet;
  }

  function matrix(c, data, options) {
    const view = data.views[options.view];
    const { rows, columns } = view;
    const most = Math.max(1, ...view.cells.map((cell) => cell.n));
    const big = Math.max(rows.length, columns.length) > 4;
    const [same, apart] = [[c["accent-soft"], c["p-guarded"]], [c["altered-soft"], c.altered]];
    const heat = (same, low, high) => {
      const cells = view.cells.filter((cell) => cell.same === same);
      const [grid, marks, texts] = [null, "", ""].map((nothing) => rows.map(() => columns.map(() => nothing)));
      for (const cell of cells) {
        const [x, y] = [columns.indexOf(cell.second), rows.indexOf(cell.first)];
        grid[y][x] = cell.n;
        marks[y][x] = cell.mark;
        texts[y][x] = `${data.first}: ${cell.first}<br>${data.second}: ${cell.second}<br>${cell.n} ${cell.n === 1 ? "answer" : "answers"}`;
      }
      return { type: "heatmap", x: columns.map(parts.capital), y: rows.map(parts.capital), z: grid, customdata: marks, hovertext: texts, hoverinfo: "text", hoverongaps: false, zmin: 0, zmax: most, colorscale: [[0, c.well], [0.001, low], [1, high]], showscale: false, xgap: 3, ygap: 3 };
    };
    const annotations = view.cells.map((cell) => ({ x: parts.capital(cell.second), y: parts.capital(cell.first), text: cell.n ? `<b>${cell.n}</b>` : "0", showarrow: false, font: { size: big ? 13 : 16, color: cell.n ? readable(c, cell.same ? same : apart, cell.n / most) : c["ink-3"] } }));
    const traces = [heat(true, ...same), heat(false, ...apart)];
    return { traces, layout: base(c, { height: big ? 130 + 46 * rows.length : 270, margin: { l: 8, r: 8, t: 8, b: 8 }, annotations, xaxis: { side: "top", title: { text: `${data.second} says`, standoff: 8 }, showgrid: false, ticks: "", zeroline: false, tickangle: big ? -40 : 0 }, yaxis: { autorange: "reversed", title: { text: `${data.first} says`, standoff: 8 }, showgrid: false, ticks: "", zeroline: false } }) };
  }

  const faint = (colour) => colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.55)");

  function similarity(c, data, options) {
    // Not an opacity: the key would not show it, and in grey "not found" would look there like "exact".
    const colours = { exact: c.exact, fuzzy: c.fuzzy, altered: c.altered, ungrounded: faint(c.ungrounded), unscorable: c.edge };
    const traces = data.statuses.filter((status) => data.bars.some((bar) => bar.status === status.status)).map((status) => {
      const bars = data.bars.filter((bar) => bar.status === status.status);
      return { type: "bar", name: parts.capital(status.label), x: bars.map((bar) => bar.bin), y: bars.map((bar) => bar.n), customdata: bars.map((bar) => bar.mark), hovertext: bars.map((bar) => `${parts.capital(status.label)}, similarity ${bar.bin}: ${bar.n} quotes`), hoverinfo: "text", marker: { color: colours[status.status], line: { color: c.sheet, width: 0.5 }, pattern: { shape: PATTERNS[status.status], bgcolor: colours[status.status], fgcolor: c.sheet, fgopacity: 0.85, size: 6, solidity: 0.22 } } };
    });
    return { traces, layout: base(c, { height: 400, barmode: "stack", bargap: 0.12, xaxis: { type: "category", categoryorder: "array", categoryarray: data.bins, range: [-0.6, data.bins.length - 0.4], title: { text: "Similarity to the closest passage" }, tickangle: options.narrow ? -50 : 0, showgrid: false }, yaxis: { title: { text: "Quotes" }, nticks: 6, rangemode: "tozero" } }) };
  }

  function alterations(c, data) {
    const names = data.bars.map((bar) => parts.capital(bar.kind));
    const trace = { type: "bar", orientation: "h", x: data.bars.map((bar) => bar.n), y: names, text: data.bars.map((bar) => String(bar.n)), textposition: "outside", constraintext: "none", cliponaxis: false, textfont: { color: c["ink-2"], size: 12 }, customdata: data.bars.map((bar) => bar.mark), hovertext: data.bars.map((bar) => `${parts.capital(bar.kind)}: ${bar.n} quotes in ${bar.answers} answers`), hoverinfo: "text", marker: { color: c.altered, pattern: { shape: "x", bgcolor: c.altered, fgcolor: c.sheet, fgopacity: 0.85, size: 6, solidity: 0.22 } } };
    return { traces: [trace], layout: base(c, { height: 84 + 30 * Math.max(1, names.length), bargap: 0.34, margin: { l: 8, r: 34, t: 8, b: 34 }, xaxis: { title: { text: "Quotes" }, rangemode: "tozero", nticks: 6 }, yaxis: { autorange: "reversed", showgrid: false, ticks: "" } }) };
  }

  function difference(c, data) {
    const known = data.differences.filter((each) => each.value !== null);
    const traces = known.map((each) => ({ type: "scatter", mode: "markers+text", showlegend: false, x: [each.value], y: [PROTOCOLS.indexOf(each.protocol)], text: [`${signed(each.value)} (n = ${each.n})`], textposition: "top center", textfont: { size: 12, color: c["ink-2"] }, cliponaxis: false, customdata: [each.mark], hovertext: [each.low === null ? `${signed(each.value)}` : `${TITLES[each.protocol]}: ${signed(each.value)}<br>95 %: ${signed(each.low)} to ${signed(each.high)}`], hoverinfo: "text", marker: { symbol: SYMBOLS[each.protocol], size: 11, color: c[`p-${each.protocol}`], line: { width: each.protocol === "v3" ? 2 : 0, color: c[`p-${each.protocol}`] } }, error_x: each.low === null ? undefined : { type: "data", symmetric: false, array: [each.high - each.value], arrayminus: [each.value - each.low], color: c[`p-${each.protocol}`], thickness: 2, width: 4 } }));
    const edge = 1.15 * Math.max(5, ...known.flatMap((each) => [each.value, each.low, each.high].filter((value) => value !== null).map(Math.abs)));
    return { traces, layout: base(c, { height: 330, margin: { l: 8, r: 12, t: 12, b: 40 }, shapes: [{ type: "line", x0: 0, x1: 0, yref: "paper", y0: 0, y1: 1, line: { color: c["ink-3"], width: 1.5, dash: "dot" } }], xaxis: { range: [-edge, edge], title: { text: "Points of reward, run B minus run A" }, zeroline: false }, yaxis: nameAxis(PROTOCOLS, PROTOCOLS.map((name) => TITLES[name])) }) };
  }

  // Away from the middle: what one run alone has, to the left run A, to the right run B.
  function paired(c, data, options) {
    const tests = data.tests.filter((test) => test.rate === options.rate);
    const y = tests.map((test) => PROTOCOLS.indexOf(test.protocol));
    const side = (cell, sign, name, marker) => ({ type: "bar", orientation: "h", name, y, width: 0.4, x: tests.map((test) => sign * test.counts[cell]), text: tests.map((test) => String(test.counts[cell])), textposition: "outside", constraintext: "none", cliponaxis: false, textfont: { size: 12.5, color: c.ink }, customdata: tests.map((test) => test.marks[cell]), hovertext: tests.map((test) => `${TITLES[test.protocol]}: ${parts.capital(options.rate)} in ${name}: ${test.counts[cell]} of ${test.n}`), hoverinfo: "text", marker });
    const most = 1.35 * Math.max(2, ...tests.flatMap((test) => [test.counts.first, test.counts.second]));
    const traces = [side("first", -1, "run A alone", { color: c.sheet, line: { color: c["p-v4"], width: 2 } }), side("second", 1, "run B alone", { color: c["p-guarded"] })];
    const annotations = tests.map((test) => ({ xref: "paper", x: 1, xanchor: "right", y: PROTOCOLS.indexOf(test.protocol), yshift: 33, showarrow: false, text: `${test.said}, n = ${test.n}`, font: { size: 12, color: c["ink-3"] } }));
    return { traces, layout: base(c, { height: 370, barmode: "overlay", annotations, shapes: [{ type: "line", x0: 0, x1: 0, yref: "paper", y0: 0, y1: 1, line: { color: c.edge, width: 1 } }], xaxis: { range: [-most, most], showticklabels: false, showgrid: false, zeroline: false, title: { text: `${parts.capital(options.rate)} in one run alone: number of cases` } }, yaxis: nameAxis(PROTOCOLS, PROTOCOLS.map((name) => TITLES[name])) }) };
  }

  const DRAW = { rates, rungs, categories, rewards, sweep, "v3-v4": matrix, "v4-guarded": matrix, similarity, alterations, difference, paired };

  const figure = (chart, c, options) => DRAW[chart.id](c, chart.data, options);

  // The library is large: the page is readable before it has come. It is fetched while the page waits for its answers,
  // and run only once the first chart is drawn: that takes the browser longer than all else.
  const LIBRARY = "dipg/plotly.min.js";
  const fetchPlotly = () => document.head.append(parts.h("link", { rel: "preload", as: "script", href: LIBRARY }));

  let loading = null;
  function loadPlotly() {
    // With a base address in the page Plotly points at its patterns and clips by the page's full address, which changes
    // with what is on screen. The base is the page's own folder: without it every relative address stays what it was.
    for (const base of document.querySelectorAll('base[href="./"]')) base.remove();
    loading ||= new Promise((resolve, reject) => {
      if (window.Plotly) return resolve(window.Plotly);
      const script = document.createElement("script");
      script.src = LIBRARY;
      script.addEventListener("load", () => resolve(window.Plotly));
      script.addEventListener("error", () => reject(new Error("The chart library could not be loaded.")));
      return document.head.append(script);
    });
    return loading;
  }

  // Plotly gives the labels as much room as they take in the font at hand: drawn before ours is there, they keep the
  // room of another one.
  const lettersLoaded = () => document.fonts.load(`12px ${FONT}`).catch(() => null);

  Object.assign(parts, { palette, figure, fetchPlotly, loadPlotly, lettersLoaded, NARROW });
})();
