// What a reviewer fills in: a row for each quote, one for the answer, one for the confidence. Digits choose, arrows move.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, button, longText, plural, words, invisibleNote } = parts;

  const SUPPORT = ["supported", "partly supported", "not supported", "altered"];
  const ANSWER = ["right", "right but incomplete", "wrong", "unsafe", "should have abstained"];
  const CONFIDENCE = ["low", "medium", "high"];
  const MAX_WHAT = 300;
  const MAX_NOTE = 4000;

  // `onChange(value)` after every choice and letter; `onDone()` when Enter asks for saving.
  function makeJudge({ onChange, announce }) {
    let rows = [];
    let current = 0;
    let locked = false;
    const context = h("div", { class: "review-context", tabindex: "0", role: "region", "aria-label": "Context", "data-testid": "review-context" });
    const question = h("h2", { class: "review-question", "data-testid": "review-question", tabindex: "-1" });
    const hidden = h("p", { class: "panel-note", hidden: true });
    const think = h("div", { class: "think-text" });
    const thinkSize = h("span", { class: "block-meta" });
    const thinking = h("details", { class: "block think" }, h("summary", {}, parts.icon("next", "turn"), h("h3", { text: "Think" }), thinkSize), think);
    const quotes = h("ol", { class: "judge-quotes", "data-testid": "judge-quotes" });
    const answer = h("div", { class: "answer-text", "data-testid": "review-answer" });
    const answerRow = h("div", {});
    const outside = h("div", { class: "outside", hidden: true });
    const raw = h("details", { class: "block review-raw" }, h("summary", {}, parts.icon("next", "turn"), h("h3", { text: "Completion as received" })), h("pre", { class: "raw", tabindex: "0", role: "region", "aria-label": "Completion as received" }));
    const confidenceRow = h("div", {});
    const note = h("textarea", { class: "input", id: "review-note", rows: "2", maxlength: String(MAX_NOTE), "data-testid": "review-note", on: { input: changed } });
    const source = h("section", { class: "panel review-source", "aria-labelledby": "review-source-title" }, h("header", { class: "panel-head" }, h("h2", { id: "review-source-title", text: "Context" })), context);
    const trace = h(
      "section",
      { class: "panel review-trace", "aria-labelledby": "review-trace-title" },
      h("header", { class: "panel-head" }, h("h2", { id: "review-trace-title", text: "Trace" })),
      hidden,
      thinking,
      raw,
      h("section", { class: "block", "aria-labelledby": "review-proof-title" }, h("h3", { id: "review-proof-title", text: "Quotes" }), quotes),
      h("section", { class: "block answer", "aria-labelledby": "review-answer-title" }, h("h3", { id: "review-answer-title", text: "Answer" }), answer, answerRow),
      outside,
      h("section", { class: "block", "aria-label": "Confidence and note" }, confidenceRow, h("label", { class: "judge-label", for: "review-note", text: "Note" }), note),
    );

    function show(item, value, isLocked) {
      locked = isLocked;
      question.textContent = item.question;
      longText(context, item.context);
      context.scrollTop = 0;
      hidden.textContent = invisibleNote(item.raw);
      hidden.hidden = !hidden.textContent;
      thinking.hidden = !item.think;
      thinking.open = false;
      thinkSize.textContent = item.think ? plural(words(item.think), "word") : "";
      longText(think, item.think || "");
      longText(raw.querySelector("pre"), item.raw);
      outside.hidden = !item.outside.length;
      outside.replaceChildren(h("h3", { text: "Outside the sections" }), ...item.outside.map((text) => longText(h("p", { class: "loose" }), text)));
      answer.classList.toggle("is-missing", !item.answer);
      if (item.answer) longText(answer, item.answer);
      else answer.textContent = "The model gave no answer.";
      rows = [];
      const judged = (value && value.quotes) || [];
      quotes.replaceChildren(...item.quotes.map((text, index) => quote(text, index, judged.find((each) => each && each.index === index) || {}, item.quotes.length)));
      if (!item.quotes.length) quotes.append(h("li", { class: "none", text: "The proof quotes nothing from the source." }));
      if (item.more_quotes) quotes.append(h("li", { class: "none", text: `${plural(item.more_quotes, "further quote")} of this endless list ${item.more_quotes === 1 ? "is" : "are"} not judged; all are in the completion as received.` }));
      answerRow.replaceChildren(row("answer", "The answer is", ANSWER, value && value.answer));
      confidenceRow.replaceChildren(row("confidence", "Your confidence", CONFIDENCE, value && value.confidence));
      note.value = (value && value.note) || "";
      note.disabled = locked;
      current = 0;
      mark();
    }

    function quote(text, index, judged, of) {
      const name = `quote-${index}`;
      const what = h("input", { class: "input", id: `${name}-what`, maxlength: String(MAX_WHAT), "data-testid": `${name}-what`, autocomplete: "off", disabled: locked, on: { input: changed, keydown: (event) => event.key === "Enter" && (event.preventDefault(), event.stopPropagation(), to(rows.findIndex((each) => each.name === name) + 1)) } });
      what.value = judged.what || "";
      const altered = h("div", { class: "judge-what", hidden: judged.support !== "altered" }, h("label", { class: "judge-label", for: `${name}-what`, text: "What is altered?" }), what);
      const group = row(name, `Quote ${index + 1} of ${of}`, SUPPORT, judged.support, { what, altered });
      return h("li", { class: "judge-quote" }, longText(h("blockquote", { "data-testid": "judge-quote" }), text, 4000), group, altered);
    }

    function row(name, label, choices, chosen, more) {
      const radios = choices.map((choice, place) => h("button", { type: "button", role: "radio", class: "choice", "aria-checked": String(choice === chosen), tabindex: "-1", disabled: locked, "data-testid": `${name}-${place + 1}`, on: { click: () => pick(entry, place), focus: () => at(entry) } }, h("kbd", { text: String(place + 1), "aria-hidden": "true" }), h("span", { text: parts.capital(choice) })));
      const element = h("div", { class: "judge-row", "data-testid": `row-${name}` }, h("p", { class: "judge-label", id: `label-${name}`, text: label }), h("div", { role: "radiogroup", "aria-labelledby": `label-${name}`, class: "choices" }, ...radios));
      const entry = { name, label, choices, radios, element, ...more };
      rows.push(entry);
      return element;
    }

    const chosen = (entry) => entry.radios.findIndex((radio) => radio.getAttribute("aria-checked") === "true");

    // `stay` keeps the focus in the row: an arrow chooses without moving on.
    function pick(entry, place, stay) {
      if (locked) return;
      entry.radios.forEach((radio, at) => radio.setAttribute("aria-checked", String(at === place)));
      const altered = entry.altered && entry.choices[place] === "altered";
      if (entry.altered) entry.altered.hidden = !altered;
      changed();
      const number = rows.indexOf(entry);
      if (stay) {
        current = number;
        mark();
        entry.radios[place].focus();
      } else if (altered && !entry.what.value) entry.what.focus();
      else to(number + 1);
      if (!stay) announce(`${entry.label}: ${entry.choices[place]}.`);
    }

    function at(entry) {
      current = rows.indexOf(entry);
      mark();
    }

    function mark() {
      rows.forEach((entry, place) => {
        entry.element.classList.toggle("is-current", place === current && !locked);
        const stop = Math.max(0, chosen(entry));
        entry.radios.forEach((radio, each) => radio.setAttribute("tabindex", each === stop ? "0" : "-1"));
      });
    }

    // Puts the row `place` at hand, with the focus in it.
    function to(place) {
      current = Math.max(0, Math.min(rows.length - 1, place));
      mark();
      const entry = rows[current];
      if (!entry || locked) return;
      entry.radios[Math.max(0, chosen(entry))].focus({ preventScroll: true });
      (entry.element.closest(".judge-quote") || entry.element).scrollIntoView({ block: "nearest" });
    }

    // Returns whether the key was meant for the rows.
    function key(event) {
      if (locked || !rows.length) return false;
      const entry = rows[current];
      const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
      const coded = /^Digit[1-9]$/.test(event.code) ? Number(event.code.slice(5)) : 0;
      if (event.shiftKey && coded && entry.altered) return rest(coded - 1);
      if (digit && !event.shiftKey) return digit <= entry.choices.length ? (pick(entry, digit - 1), true) : false;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") return to(current + (event.key === "ArrowDown" ? 1 : -1)), true;
      if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
        const step = event.key === "ArrowRight" ? 1 : -1;
        const from = chosen(entry);
        pick(entry, from === -1 ? (step > 0 ? 0 : entry.choices.length - 1) : (from + step + entry.choices.length) % entry.choices.length, true);
        return true;
      }
      return false;
    }

    // The same for this quote and every one after it that is not judged yet; not for "altered", which must be told.
    function rest(place) {
      if (place > 2) return false;
      for (const entry of rows.slice(current)) if (entry.altered && chosen(entry) === -1) entry.radios.forEach((radio, at) => radio.setAttribute("aria-checked", String(at === place)));
      changed();
      to(rows.findIndex((entry) => entry.name === "answer"));
      announce(`All further quotes: ${SUPPORT[place]}.`);
      return true;
    }

    function changed() {
      onChange(value());
    }

    function value() {
      const of = (name) => rows.find((entry) => entry.name === name);
      const said = (entry) => (entry && chosen(entry) >= 0 ? entry.choices[chosen(entry)] : null);
      return {
        quotes: rows.filter((entry) => entry.altered).map((entry, index) => ({ index, support: said(entry), what: entry.what.value })),
        answer: said(of("answer")),
        confidence: said(of("confidence")),
        note: note.value,
      };
    }

    // The first row that still needs a word, or null. Its place gets the focus.
    function missing() {
      const place = rows.findIndex((entry) => entry.name !== "confidence" && (chosen(entry) === -1 || (entry.altered && entry.choices[chosen(entry)] === "altered" && !entry.what.value.trim())));
      if (place === -1) return null;
      const entry = rows[place];
      if (chosen(entry) >= 0) entry.what.focus();
      else to(place);
      return chosen(entry) >= 0 ? `${entry.label}: say what is altered.` : `${entry.label}: not judged yet.`;
    }

    // Beside each quote, what was kept back until the judgement was saved.
    function reveal(told) {
      for (const entry of rows.filter((each) => each.altered)) {
        const line = entry.element.parentNode.querySelector(".quote-told");
        if (line) line.remove();
        const found = told && told[rows.indexOf(entry)];
        if (found) entry.element.after(h("p", { class: `quote-told is-${found.status}`, "data-testid": "quote-told" }, parts.icon(found.status), h("span", {}, h("b", { text: parts.capital(found.label) }), ` ${found.alterations[0] || found.reason}`)));
      }
    }

    return { question, source, trace, note, show, to, key, value, missing, reveal, start: () => to(0) };
  }

  Object.assign(parts, { makeJudge });
})();
