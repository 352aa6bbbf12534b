// The trace panel: think, proof, answer; growing while it is written, with its evidence when it is whole.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button, longText, count, plural, words, percent, calm, invisibleNote, capital } = parts;

  const LIVE_PAINT = 60000; // units of one section that are painted while it grows
  const QUOTE_PAINT = 4000;
  const NODE = 2000; // a word that outgrows this in one text node goes on in another, see `fill`
  const TAG = /<\/?[a-z_]+\s?>|<\|[a-z]+\|>(?:[a-z]+(?=<\|))?/gi;
  const HALF_TAG = /<(?:\/?[a-z_]{0,12}|\|[a-z]{0,9}\|?)$/i;
  const LEAD = /^[\s"'“”„«»‘’.…]*(?:[-*•–]\s+)?["'“”„«»‘’]*/;
  const TAIL = /[\s"'“”„«»‘’*\-–•]+$/;
  const TRIM = /^[\s"'“”„«»‘’`*\-–•·,;:.…()[\]{}\d]*$/;

  function makeTrace({ onHover, onPick, onUse, onReplay }) {
    const blocks = { think: makeThink(), proof: makeProof(onHover, onPick), answer: makeAnswer() };
    const outside = h("div", { class: "outside", hidden: true, "data-testid": "outside" });
    const issues = h("div", { class: "issues", "data-testid": "issues", hidden: true });
    const raw = h("pre", { class: "raw", tabindex: "0", role: "region", "aria-label": "Completion as received", "data-testid": "raw" });
    const structured = h("div", { class: "trace-body" }, blocks.think.element, blocks.proof.element, blocks.answer.element, outside, issues);
    const empty = h("div", { class: "trace-empty", "data-testid": "trace-empty" });
    const meta = h("span", { class: "panel-meta", "data-testid": "completion-meta" });
    const rawToggle = button({ words: "Raw", className: "btn quiet small", "aria-pressed": "false", "data-testid": "raw-toggle", onClick: () => showRaw(raw.hidden) });
    const replay = button({ words: "Replay", name: "play", className: "btn quiet small", "data-testid": "replay", title: "Watch this stored trace being written", onClick: onReplay });
    const paste = button({ words: "Paste", label: "Paste a completion to score", name: "paste", className: "btn quiet small paste-btn", "data-testid": "paste-open", onClick: onUse });
    const element = h(
      "section",
      { class: "panel trace", "aria-labelledby": "dipg-trace-title", "data-testid": "trace" },
      h("header", { class: "panel-head" }, h("h2", { id: "dipg-trace-title", text: "Trace" }), meta, h("span", { class: "panel-tools" }, rawToggle, replay, paste)),
      empty,
      structured,
      raw,
    );
    const note = h("p", { class: "panel-note", hidden: true });
    element.querySelector(".panel-head").after(note);
    let text = "";
    let run = null;

    function showRaw(on) {
      raw.hidden = !on;
      structured.hidden = on || !text;
      rawToggle.setAttribute("aria-pressed", String(on));
      if (on) paintRaw();
    }

    const rawText = growing(raw, parts.PAINTED);
    function paintRaw() {
      if (run !== null) return rawText.show(text);
      rawText.reset();
      return longText(raw, text);
    }

    function clear(message) {
      text = "";
      run = null;
      for (const block of Object.values(blocks)) block.clear();
      outside.hidden = issues.hidden = true;
      rawText.reset();
      meta.textContent = "";
      empty.replaceChildren(...(message ? [h("p", { text: message })] : []));
      empty.hidden = !message;
      note.hidden = true;
      structured.hidden = true;
      rawToggle.disabled = true;
      replay.hidden = true;
    }

    function begin() {
      empty.hidden = true;
      structured.hidden = !raw.hidden;
      rawToggle.disabled = false;
    }

    // `ended` says that nothing more will come: the carets go, and what was received stays.
    function live(state, ended) {
      if (run !== state.run) {
        clear("");
        run = state.run;
        element.classList.add("is-live");
      }
      if (state.text.length === text.length && !ended) return;
      text = state.text;
      if (text) begin();
      const latest = new Map();
      for (const section of state.sections) latest.set(section.kind, section);
      for (const kind of ["think", "answer"]) {
        if (latest.has(kind)) blocks[kind].live(sectionText(latest.get(kind)), latest.get(kind).end === null && !ended);
      }
      if (latest.has("proof")) blocks.proof.live(latest.get("proof"), text, state.citations, ended);
      const loose = outsideText(state.sections);
      outside.hidden = !loose;
      if (loose) outside.replaceChildren(h("h3", { text: "Outside the sections" }), h("p", { class: "loose", text: loose }));
      if (!raw.hidden) paintRaw();
      element.classList.toggle("is-live", !ended);
    }

    // What a section holds so far; a tag that is half written is held back, so that it never flashes up.
    function sectionText(section) {
      const body = text.slice(section.start, section.end === null ? undefined : section.end);
      return section.end === null ? body.replace(HALF_TAG, "") : body;
    }

    // Text that belongs to no section, such as a preface before the first tag. Cheap: it is looked at in short pieces.
    function outsideText(sections) {
      const ordered = [...sections].sort((a, b) => a.start - b.start);
      const loose = [];
      let at = 0;
      for (const section of ordered) {
        if (section.start > at) loose.push(text.slice(at, section.start));
        at = Math.max(at, section.end === null ? text.length : section.end);
      }
      loose.push(text.slice(at));
      return loose.map((piece) => piece.slice(0, LIVE_PAINT).replace(HALF_TAG, "").replace(TAG, "").trim()).filter(Boolean).join("\n");
    }

    function result(value, expected) {
      clear("");
      text = value.text;
      run = null;
      element.classList.remove("is-live");
      begin();
      const byKind = new Map(value.sections.map((section) => [section.kind, section]));
      blocks.think.result(byKind.get("think"));
      blocks.proof.result(byKind.get("proof"), value);
      blocks.answer.result(byKind.get("answer"), expected);
      drawIssues(value);
      replay.hidden = !value.stored;
      note.textContent = invisibleNote(value.text);
      note.hidden = !note.textContent;
      const tokens = value.completion.completion_tokens;
      meta.textContent = parts.dotted(tokens !== null && tokens !== undefined ? plural(tokens, "token") : "", value.format);
      if (!raw.hidden) showRaw(true);
    }

    function drawIssues(value) {
      issues.hidden = value.issues.length === 0;
      if (issues.hidden) return;
      const list = value.issues.map((issue) => {
        const excerpt = value.text.slice(issue.start, issue.end).trim();
        const whole = issue.kind === "text outside sections";
        return h(
          "li",
          { "data-testid": "issue" },
          h("span", { class: "issue-words" }, h("b", { text: capital(issue.kind) }), issue.message ? ` ${issue.message}` : ""),
          excerpt && longText(h("p", { class: "loose" }), excerpt, whole ? QUOTE_PAINT : 400),
        );
      });
      issues.replaceChildren(h("h3", {}, icon("caution"), plural(list.length, "remark") + " on the form of this completion"), h("ul", {}, ...list));
    }

    clear("");
    showRaw(false);
    return { element, live, result, clear, light: blocks.proof.light, focus: blocks.proof.focus, paste, cards: blocks.proof.cards };
  }

  // Text that grows: appends what is new, and starts afresh only when a closing tag took something back.
  function growing(element, limit) {
    const more = h("span", { class: "fade" });
    let node = null;
    let shown = "";
    const open = () => element.insertBefore((node = document.createTextNode("")), more.parentNode === element ? more : null);
    const append = (text) => {
      node.appendData(text);
      if (node.length < NODE) return;
      if (/\s/.test(node.data.slice(-200))) return;
      node.after(document.createElement("wbr"));
      open();
    };
    return {
      show(text) {
        const cut = text.length > limit ? text.slice(0, parts.safeCut(text, limit)) : text;
        const grown = node && node.parentNode === element && cut.length >= shown.length && cut.startsWith(shown.slice(-64), Math.max(0, shown.length - 64));
        if (!grown) {
          element.replaceChildren();
          open();
          shown = "";
        }
        for (let at = shown.length; at < cut.length; at += NODE) append(cut.slice(at, Math.min(cut.length, at + NODE)));
        shown = cut;
        if (cut.length < text.length) {
          more.textContent = ` … ${count(text.length - cut.length)} more characters received, all shown when the trace is whole`;
          if (more.parentNode !== element) element.append(more);
        }
      },
      reset: () => {
        element.replaceChildren();
        node = null;
        shown = "";
      },
    };
  }

  function makeThink() {
    const body = h("div", { class: "think-text", "data-testid": "think-text" });
    const text = growing(body, LIVE_PAINT);
    const size = h("span", { class: "block-meta" });
    const element = h("details", { class: "block think", "data-testid": "think" }, h("summary", {}, icon("next", "turn"), h("h3", { text: "Think" }), size), body);
    let open = false;
    return {
      element,
      clear() {
        element.hidden = true;
        element.open = false;
        open = false;
        size.textContent = "";
        text.reset();
      },
      live(value, writing) {
        element.hidden = false;
        text.show(value.replace(/^\s+/, ""));
        if (writing && !open) element.open = open = true;
        if (!writing && open) {
          element.open = open = false;
          size.textContent = plural(words(value), "word");
        }
        element.classList.toggle("is-growing", writing);
        if (writing) body.scrollTop = body.scrollHeight;
      },
      result(section) {
        element.hidden = !section;
        element.classList.remove("is-growing");
        if (!section) return;
        size.textContent = plural(words(section.text), "word") + (section.closed ? "" : " · not closed");
        longText(body, section.text.trim());
      },
    };
  }

  function makeAnswer() {
    const body = h("div", { class: "answer-text", "data-testid": "answer-text" });
    const text = growing(body, LIVE_PAINT);
    const expected = h("div", { class: "expected", hidden: true, "data-testid": "expected" });
    const element = h("section", { class: "block answer", "data-testid": "answer", "aria-label": "Answer" }, h("h3", { text: "Answer" }), body, expected);
    return {
      element,
      clear() {
        element.hidden = expected.hidden = true;
        text.reset();
        element.classList.remove("is-missing");
      },
      live(value, writing) {
        element.hidden = false;
        text.show(value.replace(/^\s+/, ""));
        element.classList.toggle("is-growing", writing);
      },
      result(section, wanted) {
        element.hidden = false;
        element.classList.remove("is-growing");
        element.classList.toggle("is-missing", !section || !section.text.trim());
        if (section && section.text.trim()) longText(body, section.text.trim());
        else body.textContent = section ? "The answer is empty." : "The model gave no answer.";
        expected.hidden = !wanted;
        if (wanted) expected.replaceChildren(h("h4", { text: "Expected" }), longText(h("p", {}), wanted, QUOTE_PAINT));
      },
    };
  }

  function makeProof(onHover, onPick) {
    const list = h("ol", { class: "citations", "data-testid": "citations", "aria-label": "Citations" });
    const size = h("span", { class: "block-meta" });
    const element = h("section", { class: "block proof", "data-testid": "proof", "aria-label": "Proof" }, h("div", { class: "block-head" }, h("h3", { text: "Proof" }), size), list);
    const cards = new Map();
    let gaps = new Map();

    function clear() {
      element.hidden = true;
      list.replaceChildren();
      cards.clear();
      gaps = new Map();
      size.textContent = "";
    }

    function card(index) {
      if (!cards.has(index)) cards.set(index, makeCard(index, onHover, onPick));
      return cards.get(index);
    }

    // Citations in order with the words between them; nodes that are there already are kept.
    function lay(from, to, text, citations) {
      const wanted = [];
      let at = from;
      const loose = (upto, key) => {
        const between = text.slice(at, upto).replace(HALF_TAG, "").replace(LEAD, "").replace(TAIL, "");
        if (TRIM.test(between)) return;
        if (!gaps.has(key)) gaps.set(key, h("li", { class: "remark", "data-testid": "remark" }));
        const row = gaps.get(key);
        if (row.dataset.length !== String(between.length)) {
          longText(row, between, QUOTE_PAINT);
          row.dataset.length = String(between.length);
        }
        wanted.push(row);
      };
      for (const citation of citations) {
        if (citation.start < from || citation.start > to) continue;
        loose(Math.max(at, citation.start), `before-${citation.index}`);
        wanted.push(card(citation.index).element);
        at = Math.max(at, citation.end);
      }
      loose(to, "last");
      wanted.forEach((row, place) => {
        if (list.children[place] !== row) list.insertBefore(row, list.children[place] || null);
      });
      while (list.children.length > wanted.length) list.lastChild.remove();
    }

    function live(section, text, citations, ended) {
      element.hidden = false;
      lay(section.start, section.end === null ? text.length : section.end, text, citations);
      for (const citation of citations) card(citation.index).live(citation, text.slice(citation.start, citation.end), ended);
    }

    function result(section, value) {
      element.hidden = false;
      const citations = value.citations;
      size.textContent = citations.length ? tally(citations) : "";
      if (section) lay(section.start, section.end, value.text, citations);
      else lay(0, 0, "", []);
      for (const citation of citations) {
        if (!card(citation.index).element.isConnected || !list.contains(card(citation.index).element)) list.append(card(citation.index).element);
        card(citation.index).result(citation, value.threshold);
      }
      if (!citations.length) list.prepend(h("li", { class: "none", "data-testid": "no-citations", text: section ? "The proof quotes nothing from the source." : "The completion has no proof section." }));
    }

    return {
      element,
      cards,
      clear,
      live,
      result,
      light(indices, current) {
        for (const [index, entry] of cards) {
          entry.element.classList.toggle("is-lit", indices.includes(index));
          entry.element.classList.toggle("is-current", index === current);
          entry.head.setAttribute("aria-pressed", String(index === current));
        }
      },
      focus(index, options) {
        const entry = cards.get(index);
        if (!entry) return;
        if (!options || options.scroll !== false) entry.element.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
        if (options && options.focus) entry.head.focus({ preventScroll: true });
      },
    };
  }

  function makeCard(index, onHover, onPick) {
    const label = h("span", { class: "cite-label" });
    const similarity = h("span", { class: "cite-similarity" });
    const head = h("button", { type: "button", class: "cite-head", "aria-pressed": "false", "data-testid": `citation-${index + 1}`, on: { click: () => onPick(index) } }, h("span", { class: "cite-number" }, h("span", { class: "sr", text: "Proof " }), String(index + 1)), label, similarity);
    const quote = h("blockquote", { class: "cite-text", "data-testid": "citation-text" });
    const text = growing(quote, QUOTE_PAINT);
    const detail = h("div", { class: "cite-detail" });
    const element = h("li", { class: "cite", "data-index": index, on: { pointerenter: () => onHover([index]), pointerleave: () => onHover([]), focusin: () => onHover([index]), focusout: () => onHover([]) } }, head, quote, detail);
    let drawn = "";

    function state(citation, closed) {
      const key = `${citation.status}|${closed}|${citation.similarity}`;
      if (key === drawn) return;
      drawn = key;
      element.className = `cite is-${closed ? citation.status : "growing"}`;
      label.replaceChildren(...(closed ? [icon(citation.status), capital(citation.label)] : [h("span", { class: "pulse" }), citation.span ? "Being written, in the source so far" : "Being written"]));
      const scored = closed && (citation.status !== "unscorable");
      similarity.replaceChildren(...(scored ? [meter(citation.similarity), h("span", { text: percent(citation.similarity) })] : []));
    }

    return {
      element,
      head,
      live(citation, value, ended) {
        text.show(value);
        state(citation, citation.closed || ended);
      },
      result(citation, threshold) {
        drawn = "";
        state(citation, true);
        element.style.setProperty("--threshold", `${threshold}%`);
        const differs = citation.diff.some((run) => run.kind !== "same");
        const altered = citation.status === "altered";
        const compared = differs && (altered || citation.status === "fuzzy" || citation.status === "exact");
        const plain = citation.status === "exact" || (altered && citation.alterations.length > 0);
        quote.hidden = compared && altered;
        longText(quote, citation.text, QUOTE_PAINT);
        detail.replaceChildren(
          ...(altered ? citation.alterations : []).map((alteration) => h("p", { class: "alteration", "data-testid": "alteration" }, h("span", { class: "alteration-kind", text: alteration.kind }), h("span", { text: alteration.message }))),
          ...(compared ? [altered ? compare(citation) : h("details", { class: "word-diff" }, h("summary", {}, icon("next", "turn"), "Compare word by word"), compare(citation))] : []),
          ...(citation.reason && !plain ? [h("p", { class: "cite-reason", text: citation.reason })] : []),
          ...(citation.covers_context ? [h("p", { class: "cite-reason", text: "This quotes nearly the whole source." })] : []),
        );
      },
    };
  }

  // The similarity as a short bar, with the threshold as a notch in it.
  function meter(similarity) {
    const bar = h("span", { class: "meter", "aria-hidden": "true" }, h("i", {}), h("b", {}));
    bar.firstChild.style.width = `${Math.max(0, Math.min(100, similarity))}%`;
    return bar;
  }

  // What the model wrote over what the source says; what differs in meaning stands out, what differs in form is hinted at.
  function compare(citation) {
    const row = (name, side, tag) => {
      const runs = citation.diff.filter((run) => run[side]).flatMap((run) => (run.kind === "same" ? [run[side]] : differing(run, side, tag)));
      return h("div", { class: `compare-row is-${side}` }, h("dt", { text: name }), h("dd", {}, ...runs));
    };
    return h("dl", { class: "compare", "data-testid": "word-diff" }, row("Model wrote", "cited", "ins"), row("Source says", "source", "del"));
  }

  // The words that differ, without the spaces around them, which stay plain.
  function differing(run, side, tag) {
    const text = run[side];
    const words = text.trim() || text;
    const at = text.indexOf(words);
    return [text.slice(0, at), h(run.kind === "changed" ? tag : "span", { class: `diff-${run.kind}`, text: words }), text.slice(at + words.length)];
  }

  function tally(citations) {
    const order = new Map();
    for (const citation of citations) order.set(citation.label, (order.get(citation.label) || 0) + 1);
    return parts.dotted(...[...order].map(([label, n]) => `${n} ${label}`));
  }

  Object.assign(parts, { makeTrace });
})();
