// The verdicts: one sentence on why the protocols agree or differ, then a card each with the steps that led there.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button, plural, signed } = parts;

  const CREEDS = [
    ["v3", "V3", "Fixed form, verbatim quote"],
    ["v4", "V4", "One near quote is enough"],
    ["guarded", "Guarded", "Every quote must hold"],
  ];
  const SAFETY = new Map([[true, "counts as safe"], [false, "counts as unsafe"], [null, "safety not decided"]]);

  function makeVerdict({ line, onThreshold, onPick }) {
    const sentence = h("p", { class: "differ", id: "dipg-verdict-title", "data-testid": "differ" });
    const cards = h("div", { class: "cards" });
    const chips = h("div", { class: "chips", "data-testid": "verdict-summary" });
    const threshold = makeThreshold(onThreshold);
    const element = h(
      "section",
      { class: "verdict", "aria-label": "Verdict", "data-testid": "verdict" },
      h("h2", { class: "sr", text: "Verdict" }),
      h("div", { class: "verdict-head" }, line, sentence, threshold.element),
      cards,
    );

    function result(value) {
      sentence.textContent = value.differ;
      sentence.classList.remove("is-quiet");
      const open = new Set([...cards.querySelectorAll("details[open]")].map((entry) => entry.dataset.protocol));
      cards.replaceChildren(...value.evaluations.map((evaluation) => card(evaluation, open.has(evaluation.protocol), onPick)));
      chips.replaceChildren(...value.evaluations.map(chip));
      chips.hidden = false;
      threshold.enable(true);
    }

    // Before there is a trace: the cards hold their place, so that nothing jumps when the verdicts come.
    function waiting(words) {
      sentence.textContent = words;
      sentence.classList.add("is-quiet");
      cards.replaceChildren(
        ...CREEDS.map(([protocol, title, creed]) =>
          h("article", { class: "card is-pending", "data-testid": `verdict-${protocol}`, "aria-label": `${title}: no verdict yet` }, h("header", {}, h("h3", { text: title }), h("span", { class: "creed", text: creed })), h("p", { class: "outcome" }, icon("pending", "big"), h("span", { text: "No verdict yet" }))),
        ),
      );
      chips.replaceChildren();
      chips.hidden = true;
      threshold.enable(false);
    }

    return { element, chips, result, waiting, threshold };
  }

  function card(evaluation, open, onPick) {
    const steps = h("ol", { class: "steps" }, ...evaluation.steps.map((step) => stepRow(step, onPick)));
    const details = h("details", { class: "why", "data-protocol": evaluation.protocol }, h("summary", {}, icon("next", "turn"), plural(evaluation.steps.length, "step")), steps);
    details.open = open;
    return h(
      "article",
      { class: `card is-${evaluation.tone}`, "data-testid": `verdict-${evaluation.protocol}`, "data-outcome": evaluation.outcome, "aria-label": `${evaluation.title}: ${evaluation.label}` },
      h("header", {}, h("h3", { text: evaluation.title }), h("span", { class: "creed", text: evaluation.creed }), h("span", { class: "reward", "data-testid": "reward" }, "reward ", h("b", { text: evaluation.reward === null ? "–" : signed(evaluation.reward) }))),
      h("p", { class: "outcome" }, icon(evaluation.tone, "big"), h("span", { text: evaluation.label, "data-testid": "outcome" }), h("span", { class: "safety", text: SAFETY.get(evaluation.safe), "data-testid": "safety" })),
      h("p", { class: "summary", text: evaluation.summary }),
      evaluation.steps.length > 0 && details,
    );
  }

  function stepRow(step, onPick) {
    const tone = step.passed === true ? "passed" : step.passed === false ? "failed" : step.decisive ? "undecided" : "neutral";
    const said = { passed: "passed", failed: "failed", undecided: "not decided", neutral: "does not apply" }[tone];
    const cites = step.citations.map((index) => button({ words: `proof ${index + 1}`, className: "cite-link", onClick: () => onPick(index) }));
    return h(
      "li",
      { class: `step is-${tone}${step.decisive ? " is-decisive" : ""}`, "data-testid": "step" },
      h("span", { class: "step-mark" }, icon({ passed: "good", failed: "bad", undecided: "review", neutral: "dash" }[tone]), h("span", { class: "sr", text: said })),
      h("div", { class: "step-words" }, h("p", { class: "step-title" }, step.title, step.decisive && h("span", { class: "decisive", text: "decided here" })), h("p", { class: "step-reason", text: step.reason }), cites.length > 0 && h("p", { class: "step-cites" }, ...cites)),
      h("span", { class: "points", text: step.points ? signed(step.points) : "" }),
    );
  }

  function chip(evaluation) {
    return h("span", { class: `chip is-${evaluation.tone}` }, icon(evaluation.tone), h("b", { text: evaluation.title }), h("span", { class: "chip-label", text: evaluation.label }));
  }

  function makeThreshold(onThreshold) {
    const output = h("output", { for: "dipg-threshold", class: "threshold-value", "data-testid": "threshold-value" });
    const input = h("input", { type: "range", id: "dipg-threshold", min: "50", max: "100", step: "1", "data-testid": "threshold", "aria-describedby": "dipg-threshold-note" });
    const element = h(
      "div",
      { class: "threshold" },
      h("label", { for: "dipg-threshold", text: "Similarity threshold" }),
      output,
      input,
      h("p", { id: "dipg-threshold-note", class: "threshold-note", text: "How alike a quote must be to its source." }),
    );
    let held = false;
    const show = () => {
      output.textContent = `${input.value} %`;
      input.setAttribute("aria-valuetext", `${input.value} percent`);
      input.style.setProperty("--fill", `${(Number(input.value) - 50) * 2}%`);
    };
    input.addEventListener("input", () => {
      held = true;
      show();
      onThreshold(Number(input.value), false);
    });
    input.addEventListener("change", () => {
      onThreshold(Number(input.value), true);
      window.setTimeout(() => (held = false), 400);
    });
    return {
      element,
      enable: (on) => (input.disabled = !on),
      // The server's echo must not pull the thumb from under the finger.
      set(value) {
        if (held) return;
        input.value = String(value);
        show();
      },
    };
  }

  Object.assign(parts, { makeVerdict });
})();
