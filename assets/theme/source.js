// The source panel: the context with its quoted passages lit. While a trace is written the passages are painted over
// one text node; when it is whole they become <mark> runs that can be focused, pointed at and read aloud.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button, count, plural, safeCut, fill, invisibleNote, calm, PAINTED } = parts;

  const STATUSES = ["exact", "fuzzy", "altered", "unscorable"];
  const canPaint = typeof CSS !== "undefined" && "highlights" in CSS && typeof Highlight !== "undefined";

  function makeSource({ onHover, onPick }) {
    let context = "";
    let painted = 0; // how many units of the context are on screen
    let nodes = []; // the text nodes and where each starts, while nothing but text is in the panel
    let final = [];
    let liveKey = "";
    const body = h("div", { class: "source-text", tabindex: "0", role: "region", "aria-label": "Source text", "data-testid": "context" });
    const meta = h("span", { class: "panel-meta" });
    const note = h("p", { class: "panel-note", hidden: true });
    const ticks = h("div", { class: "ticks", "aria-hidden": "true" });
    const legend = makeLegend();
    const element = h(
      "section",
      { class: "panel source", "aria-labelledby": "dipg-source-title", "data-testid": "source" },
      h("header", { class: "panel-head" }, h("h2", { id: "dipg-source-title", text: "Source" }), meta),
      note,
      h("div", { class: "source-frame" }, body, ticks),
      legend,
    );

    body.addEventListener("pointerover", (event) => onHover(citesAt(event.target)));
    body.addEventListener("pointerleave", () => onHover([]));
    body.addEventListener("focusin", (event) => event.target !== body && onHover(citesAt(event.target)));
    body.addEventListener("focusout", () => onHover([]));
    body.addEventListener("click", (event) => pick(event.target));
    body.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === " ") && event.target !== body) {
        event.preventDefault();
        pick(event.target);
      }
    });

    function pick(target) {
      const cites = citesAt(target);
      if (cites.length) onPick(cites[cites.length - 1]);
    }

    function setText(text) {
      context = text;
      final = [];
      liveKey = "";
      painted = text.length > PAINTED ? safeCut(text, PAINTED) : text.length;
      body.scrollTop = 0;
      meta.textContent = text ? parts.dotted(plural(parts.words(text), "word"), plural(text.length, "character")) : "";
      plain();
    }

    function plain() {
      liveKey = "";
      body.replaceChildren();
      fill(body, context.slice(0, painted));
      nodes = [];
      let start = 0;
      for (const child of body.childNodes) {
        if (!(child instanceof Text)) continue;
        nodes.push({ child, start });
        start += child.length;
      }
      tail();
      ticks.replaceChildren();
      legend.hidden = true;
      clearPaint();
    }

    // Says what is not painted; never silent.
    function tail(below) {
      const rest = context.length - painted;
      const notes = [invisibleNote(context)];
      if (rest > 0) {
        const passages = below ? ` ${plural(below, "quoted passage")} stand${below === 1 ? "s" : ""} further down.` : "";
        body.append(
          h("p", { class: "rest" }, h("span", { text: `The first ${count(painted)} of ${count(context.length)} characters are shown.${passages} ` }),
            button({ className: "more", words: "Show all", onClick: showAll })),
        );
      }
      note.textContent = parts.dotted(...notes);
      note.hidden = !note.textContent;
    }

    function showAll() {
      painted = context.length;
      if (final.length) paint(final);
      else plain();
    }

    function clearPaint() {
      if (canPaint) for (const status of [...STATUSES, "growing"]) CSS.highlights.delete(`dipg-${status}`);
    }

    // Called 25 times a second: does nothing unless a citation has moved.
    function paintLive(citations) {
      const key = citations.map((c) => `${c.index},${c.closed ? c.status : "growing"},${(c.parts || []).join("-")},${c.span}`).join(";");
      if (key === liveKey) return;
      if (!canPaint) paint(citations);
      else if (!nodes.length) plain();
      liveKey = key;
      if (!canPaint) return;
      clearPaint();
      const ranges = new Map();
      let reach = 0;
      for (const citation of citations) {
        const name = citation.closed ? citation.status : "growing";
        if (name === "ungrounded") continue;
        for (const [start, end] of pieces(citation)) {
          if (end > painted || start >= end) continue;
          const [from, to] = [locate(start), locate(end)];
          const range = new StaticRange({ startContainer: from.child, startOffset: start - from.start, endContainer: to.child, endOffset: end - to.start });
          if (!ranges.has(name)) ranges.set(name, []);
          ranges.get(name).push(range);
          if (citation === citations[citations.length - 1]) reach = reach || start + 1;
        }
      }
      for (const [name, list] of ranges) CSS.highlights.set(`dipg-${name}`, new Highlight(...list));
      legend.hidden = ranges.size === 0;
      if (reach) reveal(reach - 1);
    }

    // When a trace has come up: its first passage, unless one is in view already.
    function revealFirst() {
      const runs = [...body.querySelectorAll(".passage:not(.is-faint)")];
      const frame = body.getBoundingClientRect();
      const bottom = Math.min(frame.bottom, window.innerHeight);
      const visible = runs.some((run) => {
        const box = run.getBoundingClientRect();
        return box.top >= frame.top && box.bottom <= bottom;
      });
      if (!runs.length || visible) return;
      const top = Math.min(...runs.map((run) => run.getBoundingClientRect().top));
      body.scrollTop += top - frame.top - Math.max(40, (bottom - frame.top) / 4);
    }

    // The text node that holds the unit before or at `offset`.
    function locate(offset) {
      let low = 0;
      let high = nodes.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (nodes[middle].start < offset || (nodes[middle].start === offset && offset === 0)) low = middle;
        else high = middle - 1;
      }
      return nodes[low];
    }

    function reveal(offset) {
      const { child, start } = locate(offset + 1);
      const range = document.createRange();
      range.setStart(child, offset - start);
      range.setEnd(child, offset - start + 1);
      scrollTo(range.getBoundingClientRect());
    }

    // Within the panel only: the page does not move. Nothing happens while the place is comfortably in view.
    function scrollTo(box) {
      const frame = body.getBoundingClientRect();
      if (box.top >= frame.top + 24 && box.bottom <= frame.bottom - 24) return;
      body.scrollTo({ top: body.scrollTop + box.top - frame.top - frame.height / 3, behavior: calm() ? "auto" : "smooth" });
    }

    function paint(citations) {
      clearPaint();
      final = citations;
      nodes = [];
      liveKey = "";
      const below = citations.filter((c) => pieces(c).some(([, end]) => end > painted)).length;
      const fragment = document.createDocumentFragment();
      const seen = new Set();
      for (const run of splitRuns(citations, painted)) {
        const text = context.slice(run.start, run.end);
        if (run.cites.length) fragment.append(mark(text, run.cites, citations, seen));
        else fill(fragment, text);
      }
      body.replaceChildren(fragment);
      tail(below);
      legend.hidden = seen.size === 0;
      drawTicks(citations);
    }

    function mark(text, cites, citations, seen) {
      const byIndex = new Map(citations.map((citation) => [citation.index, citation]));
      const found = cites.filter((index) => byIndex.get(index).status !== "ungrounded");
      const starting = found.filter((index) => !seen.has(index));
      starting.forEach((index) => seen.add(index));
      // The closest passage of a quote that was not found shows only while one points at that quote.
      if (!found.length) return h("mark", { class: "passage is-ungrounded is-faint", "data-cites": cites.join(" "), text });
      const outer = h("mark", { class: `passage is-${byIndex.get(found[0]).status}`, "data-cites": cites.join(" "), "data-testid": "passage" });
      if (starting.length) {
        outer.tabIndex = 0;
        outer.setAttribute("role", "button");
        outer.dataset.spoken = starting.map((index) => byIndex.get(index).spoken).join("; ") + ": ";
        outer.dataset.badge = starting.map((index) => index + 1).join(" · ");
        outer.classList.add(`starts-${byIndex.get(starting[0]).status}`);
      }
      let inner = outer;
      found.slice(1).forEach((index, depth) => {
        const layer = h("span", { class: `layer depth-${Math.min(depth + 1, 3)} is-${byIndex.get(index).status}` });
        inner.append(layer);
        inner = layer;
      });
      fill(inner, text);
      return outer;
    }

    // Where the passages lie in the whole text, beside the scroll bar.
    function drawTicks(citations) {
      ticks.replaceChildren();
      if (body.scrollHeight <= body.clientHeight + 40) return;
      for (const citation of citations) {
        const first = body.querySelector(`[data-cites~="${citation.index}"]`);
        if (!first || citation.status === "ungrounded") continue;
        const top = (first.getBoundingClientRect().top - body.getBoundingClientRect().top + body.scrollTop) / body.scrollHeight;
        const tick = h("i", { class: `tick is-${citation.status}` });
        tick.style.top = `${(top * 100).toFixed(2)}%`;
        ticks.append(tick);
      }
    }

    // Light the runs of these citations; with `scroll` bring the first into view.
    function light(indices, scroll) {
      for (const run of body.querySelectorAll(".passage")) {
        const on = indices.length > 0 && run.dataset.cites.split(" ").some((index) => indices.includes(Number(index)));
        run.classList.toggle("is-lit", on);
      }
      body.classList.toggle("has-lit", indices.length > 0 && body.querySelector(".passage.is-lit") !== null);
      if (!scroll || !indices.length) return;
      const first = body.querySelector(`[data-cites~="${indices[0]}"]`);
      if (first) scrollTo(first.getBoundingClientRect());
    }

    return { element, setText, paintLive, paint, light, reveal: revealFirst, clear: () => plain(), text: () => context };
  }

  // `parts` where the citation marks an ellipsis, else the whole passage; nothing where none was found.
  function pieces(citation) {
    return citation.parts && citation.parts.length ? citation.parts : citation.span ? [citation.span] : [];
  }

  // Cut `[0, end)` at every border of a passage, so that crossing passages become runs that each know their citations.
  function splitRuns(citations, end) {
    const cuts = new Set([0, end]);
    const spans = [];
    for (const citation of citations) {
      for (const [start, stop] of pieces(citation)) {
        const from = Math.max(0, Math.min(start, end));
        const to = Math.max(from, Math.min(stop, end));
        if (from === to) continue;
        cuts.add(from).add(to);
        spans.push({ from, to, index: citation.index });
      }
    }
    const sorted = [...cuts].sort((a, b) => a - b);
    const runs = [];
    for (let i = 0; i + 1 < sorted.length; i += 1) {
      const [start, stop] = [sorted[i], sorted[i + 1]];
      const cites = [...new Set(spans.filter((s) => s.from <= start && s.to >= stop).map((s) => s.index))].sort((a, b) => a - b);
      runs.push({ start, end: stop, cites });
    }
    return runs;
  }

  function citesAt(target) {
    const run = target instanceof Element ? target.closest(".passage") : null;
    return run ? run.dataset.cites.split(" ").map(Number) : [];
  }

  function makeLegend() {
    const entry = (status, words) => h("span", { class: "legend-entry" }, h("span", { class: `swatch is-${status}`, text: "Abc", "aria-hidden": "true" }), words);
    return h("p", { class: "legend", hidden: true }, entry("exact", "exact"), entry("fuzzy", "near"), entry("altered", "altered"));
  }

  Object.assign(parts, { makeSource, splitRuns, statusIcon: (status, cls) => icon(status, cls) });
})();
