// With whom clinicians side: kappa with each protocol and each other, matrices, categories, and every disagreement.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button, count, plural } = parts;

  const PROTOCOLS = { v3: "V3", v4: "V4", guarded: "Guarded" };

  const two = (value) => value.toFixed(2).replace("-", "−").replace("−0.00", "0.00");
  const share = (value) => `${Math.round(100 * value)} %`;

  // `onChange({scale, blind})`; `link(key)` is where an answer opens.
  function makeAgreement({ onChange, explore, card, files }) {
    const scale = h("select", { "data-testid": "agreement-scale", id: "agreement-scale", on: { change: ask } });
    const which = h("select", { "data-testid": "agreement-blind", id: "agreement-blind", on: { change: ask } }, h("option", { value: "blind", text: "First, blind judgements" }), h("option", { value: "latest", text: "Latest, after corrections" }));
    const body = h("div", { class: "agreement-body" });
    const saves = h("div", { class: "saves" });
    const element = h("div", { class: "agreement", "data-testid": "agreement" }, h("div", { class: "agreement-tools" }, field("agreement-scale", "Compared on", scale), field("agreement-blind", "Judgements", which), saves), body);

    function ask() {
      onChange({ scale: scale.value || "overall", blind: which.value === "blind" });
    }

    function show(told, run) {
      scale.replaceChildren(...told.scales.map((each) => h("option", { value: each.id, text: each.title })));
      scale.value = told.scale;
      which.value = told.blind ? "blind" : "latest";
      saves.replaceChildren(h("span", { class: "saves-label", text: "Save all reviews as" }), ...["csv", "jsonl"].map((form) => h("a", { class: "btn quiet small", href: files(run, form), download: "", "data-testid": `reviews-${form}`, text: form.toUpperCase() })));
      if (!told.reviewers.length) return body.replaceChildren(h("div", { class: "empty" }, h("h2", { text: "Nobody has judged this run yet" }), h("p", { text: told.blind ? "Blind judgements count here: those made before any protocol was shown. Judge a few answers, or count the latest judgements instead." : "Judge a few answers, and they are compared here." })));
      body.replaceChildren(
        summary(told),
        mapping(told),
        ...(told.protocols.length ? [section("Reviewer and protocol", "How often they say the same, and kappa: agreement beyond chance, 1 is full and 0 is what chance gives.", comparison(told.protocols))] : []),
        ...(told.sides.length ? [section("Where two protocols part, whom the reviewer sides with", "", sides(told.sides))] : []),
        ...(told.pairs.length ? [section("Reviewer and reviewer", told.alpha ? alphaWords(told.alpha) : "", comparison(told.pairs))] : []),
        section("Matrices", "Rows: the first one's label; columns: the second one's.", h("div", { class: "matrices" }, ...[...told.protocols, ...told.pairs].map(matrix))),
        ...(told.categories.length ? [section("By category", "", categories(told.categories))] : []),
        section("Disagreements", disagreementWords(told), disagreements(told)),
      );
    }

    function disagreements(told) {
      if (!told.disagreements.length) return h("p", { class: "quiet-note", text: "None to show." });
      const names = Object.keys(told.disagreements[0].protocols);
      return table(["Answer to", "Reviewers say", ...names.map((name) => `${PROTOCOLS[name]} says`), "Open"], told.disagreements.map((each) => [h("th", { scope: "row" }, h("a", { class: "link", href: explore(each), "data-testid": "disagreement", text: each.question || each.case }), h("span", { class: "row-facts", text: each.category })), h("td", {}, ...each.reviewers.map((said) => h("span", { class: "said-by" }, h("b", { text: said.name }), ` ${said.label}`))), ...names.map((name) => h("td", { text: each.protocols[name] || "–" })), h("td", {}, h("a", { class: "link", href: card(each.key), text: "Evidence card" }))]));
    }

    return { element, show };
  }

  const field = (id, label, control) => h("div", { class: "field" }, h("label", { for: id, text: label }), control);
  const section = (title, words, ...children) => h("section", { class: "agreement-part", "aria-label": title }, h("h2", { text: title }), words && h("p", { text: words }), ...children);

  function table(heads, rows) {
    return h("div", { class: "grid-scroll", tabindex: "0", role: "region", "aria-label": heads.join(", ") }, h("table", { class: "grid-table" }, h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col", text })))), h("tbody", {}, ...rows.map((cells) => h("tr", {}, ...cells)))));
  }

  function summary(told) {
    return h("div", { class: "agreement-summary" }, h("ul", { class: "agreement-who" }, ...told.reviewers.map((each) => h("li", {}, h("b", { text: each.name }), ` ${count(each.n)} of ${plural(told.total, "answer")}`))), h("p", { class: "quiet-note", text: `Judgements from: ${told.queues.map((each) => `${each.queue} (${count(each.n)})`).join(" · ")}. Chosen cases say nothing of all cases.` }));
  }

  function mapping(told) {
    const scale = told.scales.find((each) => each.id === told.scale);
    const kappa = { nominal: "every disagreement counts the same", linear: "a disagreement counts by its distance (linear weights)", quadratic: "a disagreement counts by the square of its distance" }[scale.weights];
    return h("dl", { class: "agreement-mapping", "data-testid": "mapping" }, h("dt", { text: "Reviewer" }), h("dd", { text: scale.clinician }), h("dt", { text: "Protocol" }), h("dd", { text: scale.protocol }), h("dt", { text: "Kappa" }), h("dd", { text: `${kappa}; intervals at 95 % from 5,000 resamples with a fixed seed; not given below 10 pairs; protocols at threshold ${told.threshold} %` }));
  }

  const agreedWords = (found) => (found.n ? `${count(found.agreed)} of ${count(found.n)} (${share(found.share)}; 95 %: ${share(found.share_interval[0])}–${share(found.share_interval[1])})` : "0 of 0");
  const valueWords = (found) => (found.value === null ? "–" : `${two(found.value)}${found.low === null ? "" : ` (95 %: ${two(found.low)} to ${two(found.high)})`}`);

  function comparison(rows) {
    return table(["Who", "With", "Same", "Kappa", ""], rows.map((each) => [h("th", { scope: "row", text: each.first }), h("td", { text: each.second }), h("td", { class: "is-figure", text: agreedWords(each.kappa) }), h("td", { class: "is-figure", "data-testid": "kappa", text: valueWords(each.kappa) }), h("td", { class: "row-facts", text: [each.kappa.reason, each.left_out ? `${plural(each.left_out, "answer")} left out: one of them says nothing on this scale` : ""].filter(Boolean).join(" ") })]));
  }

  function sides(rows) {
    return table(["Who", "Where these part", "n", "Sides with"], rows.map((each) => [h("th", { scope: "row", text: each.reviewer }), h("td", { text: `${each.first} and ${each.second}` }), h("td", { class: "is-figure", text: count(each.n) }), h("td", { text: each.n ? `${each.first} ${count(each.with_first)} of ${count(each.n)} · ${each.second} ${count(each.with_second)} of ${count(each.n)} (${share(each.with_second / each.n)}; 95 %: ${share(each.interval[0])}–${share(each.interval[1])})` : "They part on none of the judged answers." })]));
  }

  function categories(rows) {
    return table(["Category", "Who", "With", "Same", "Kappa"], rows.map((each) => [h("th", { scope: "row", text: each.category }), h("td", { text: each.reviewer }), h("td", { text: each.protocol }), h("td", { class: "is-figure", text: agreedWords(each.kappa) }), h("td", { class: "is-figure", text: each.kappa.value === null ? (each.kappa.n < 10 ? "– (fewer than 10)" : "– (one label alone)") : valueWords(each.kappa) })]));
  }

  function alphaWords(found) {
    const said = `${found.reviewers} reviewers, all said the same of ${count(found.agreed)} of ${plural(found.n, "answer")} that at least two judged`;
    return found.value === null ? `${said}. Krippendorff's alpha is not given: ${found.reason}` : `${said}; Krippendorff's alpha ${valueWords(found)}.`;
  }

  function matrix(each) {
    const most = Math.max(1, ...each.counts.flat());
    return h("figure", { class: "matrix", "data-testid": "matrix" }, h("figcaption", {}, h("b", { text: each.first }), " and ", h("b", { text: each.second }), `, n = ${count(each.kappa.n)}`), h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), ...each.labels.map((label) => h("th", { scope: "col", text: label })))), h("tbody", {}, ...each.counts.map((row, at) => h("tr", {}, h("th", { scope: "row", text: each.labels[at] }), ...row.map((n, against) => {
      const cell = h("td", { class: at === against ? "is-same" : n ? "is-other" : null, text: count(n) });
      cell.style.setProperty("--share", String(n / most));
      return cell;
    }))))));
  }

  function disagreementWords(told) {
    const shown = told.disagreements.length < told.parted ? `The first ${count(told.disagreements.length)} of ${count(told.parted)}` : plural(told.parted, "answer");
    const kept = told.withheld ? ` ${`${count(told.withheld)} more`} stand${told.withheld === 1 ? "s" : ""} back until you have judged ${told.withheld === 1 ? "it" : "them"} yourself.` : "";
    return `${shown} on which not all say the same, those with most disagreement first.${kept}`;
  }

  Object.assign(parts, { makeAgreement });
})();
