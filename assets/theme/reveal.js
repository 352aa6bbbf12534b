// What stood back until the judgement was saved: each protocol beside the clinician, and the history of what was said.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, longText, plural } = parts;

  const STATES = { agrees: ["good", "Agrees with you"], parts: ["bad", "Parts from you"], undecided: ["review", "Undecided"] };

  function makeReveal() {
    const body = h("div", { class: "reveal-body" });
    const element = h("section", { class: "panel reveal", "aria-labelledby": "reveal-title", "data-testid": "reveal", hidden: true }, h("header", { class: "panel-head" }, h("h2", { id: "reveal-title", text: "What the protocols say" })), body);
    return {
      element,
      show(told, links) {
        element.hidden = !told;
        if (!told) return body.replaceChildren();
        body.replaceChildren(
          h("p", { class: "reveal-differ", text: told.differ }),
          h("div", { class: "reveal-cards" }, ...told.evaluations.map(card)),
          told.expected ? h("div", { class: "expected" }, h("h3", { text: "Expected" }), longText(h("p", {}), told.expected, 4000)) : h("p", { class: "quiet-note", text: "The case has no expected answer." }),
          h("p", { class: "reveal-links" }, h("span", { text: `${told.case} · ${told.category}` }), ...links),
        );
      },
    };
  }

  function card(told) {
    const [tone, words] = told.part ? STATES[told.part.state] : ["pending", ""];
    return h(
      "article",
      { class: "reveal-card", "data-testid": `reveal-${told.protocol}` },
      h("h3", {}, told.title, h("span", { class: `row-outcome is-${told.tone}` }, icon(told.tone), h("span", { text: told.label }))),
      told.part && h("p", { class: `reveal-part is-${tone}` }, icon(tone), h("b", { text: told.part.state === "agrees" ? told.part.text : words })),
      told.part && told.part.state !== "agrees" && h("p", { class: "reveal-why", text: told.part.text }),
      h("details", {}, h("summary", {}, icon("next", "turn"), h("span", { text: plural(told.steps.length, "step") })), h("ol", { class: "reveal-steps" }, ...told.steps.map((step) => h("li", { class: told.part && step.rule === told.part.rule ? "is-parting" : null }, icon(step.passed === null ? "review" : step.passed ? "good" : "bad"), h("span", {}, h("b", { text: step.title }), ` ${step.reason}`))))),
    );
  }

  function said(entry) {
    if (!entry.judgement) return "Withdrawn";
    const quotes = entry.judgement.quotes.map((quote) => (quote.what ? `${quote.support} (${quote.what})` : quote.support));
    return [parts.capital(entry.judgement.answer), quotes.length ? `quotes: ${quotes.join(", ")}` : "", entry.judgement.confidence ? `${entry.judgement.confidence} confidence` : "", entry.judgement.note].filter(Boolean).join(" · ");
  }

  const moment = (iso) => `${parts.day(iso)}, ${iso.slice(11, 16)} UTC`;

  function marks(entry) {
    const told = [entry.blind ? "blind" : "not blind"];
    if (entry.teaching) told.push("teaching");
    if (entry.undoes) told.push(`undoes version ${entry.undoes}`);
    return told.join(" · ");
  }

  // `onOpen(key)`: null where the entries are all of one answer.
  function historyTable(entries, onOpen) {
    const heads = [onOpen && "Answer to", "Version", "Said", "Why", "When", "How"].filter(Boolean);
    return h(
      "div",
      { class: "grid-scroll", tabindex: "0", role: "region", "aria-label": "History" },
      h("table", { class: "grid-table", "data-testid": onOpen ? "history" : "past" }, h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col", text })))), h("tbody", {}, ...entries.map((entry) => h("tr", {}, onOpen && h("th", { scope: "row" }, h("button", { type: "button", class: "figure-link", text: entry.question || entry.key, on: { click: () => onOpen(entry.key) } })), h("td", { text: String(entry.version) }), h("td", { text: said(entry) }), h("td", { text: entry.reason }), h("td", { text: moment(entry.written) }), h("td", { text: marks(entry) }))))),
    );
  }

  Object.assign(parts, { makeReveal, historyTable, saidOf: said });
})();
