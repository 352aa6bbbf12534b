// The Method page: how a verdict comes about, drawn from the very data that the code decides by.
(() => {
  "use strict";
  const parts = window.dipgParts;
  const { h, icon, button, signed, plural, count, day } = parts;

  const CHAPTERS = [
    ["path", "From case to verdict", path],
    ["protocols", "Three protocols", protocols],
    ["points", "Points", points],
    ["rungs", "From V3 to Guarded", rungs],
    ["outcomes", "Outcomes", outcomes],
    ["prompt", "What the model is asked", prompt],
    ["statistics", "Statistics", statistics],
    ["sources", "Cases and runs", sources],
    ["limits", "Limits", limits],
  ];

  function mount(root) {
    const announcer = h("p", { class: "sr", role: "status", "aria-live": "polite" });
    const masthead = parts.makeMasthead({ page: "method", tools: [button({ name: "link", label: "Copy a link to this page", className: "icon-btn", onClick: () => parts.copyText(root, masthead, location.href, announcer) }), parts.printButton()] });
    const main = h("div", { class: "page method" });
    root.classList.add("dipg", "is-loading");
    root.replaceChildren(masthead, main, parts.makeFoot(), announcer);
    window.addEventListener("beforeprint", () => unfold(true));
    window.addEventListener("afterprint", () => unfold(false));

    function update(value) {
      const chapters = CHAPTERS.map(([id, title, draw]) => h("section", { class: "chapter", id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title`, text: title }), ...draw(value)));
      const toc = h("nav", { class: "toc", "aria-label": "On this page" }, ...CHAPTERS.map(([id, title]) => h("a", { href: `#${id}`, text: title, on: { click: (event) => jump(event, id) } })));
      main.replaceChildren(toc, h("header", { class: "page-head" }, h("h1", { text: "How a verdict comes about" }), h("p", { text: "Every number below is the one that the code decides by: the page is drawn from it." })), h("div", { class: "chapters" }, ...chapters));
      root.classList.remove("is-loading");
      follow(toc, chapters);
      if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
    }

    // The base address of the page is the root's, so a bare fragment would leave this page.
    function jump(event, id) {
      event.preventDefault();
      const chapter = document.getElementById(id);
      const title = chapter.querySelector("h2");
      title.setAttribute("tabindex", "-1");
      title.focus({ preventScroll: true });
      chapter.scrollIntoView();
      history.replaceState(history.state, "", `${location.pathname}${location.search}#${id}`);
    }

    // The chapter that is being read is the topmost one in sight.
    function follow(toc, chapters) {
      const inSight = new Set();
      const seen = new IntersectionObserver((entries) => {
        for (const entry of entries) entry.isIntersecting ? inSight.add(entry.target) : inSight.delete(entry.target);
        const read = chapters.findIndex((chapter) => inSight.has(chapter));
        if (read === -1) return;
        [...toc.children].forEach((link, place) => (place === read ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
      }, { rootMargin: "-40px 0px -60% 0px" });
      for (const chapter of chapters) seen.observe(chapter);
    }

    function unfold(on) {
      for (const entry of root.querySelectorAll("details")) entry.open = on;
    }

    return { update };
  }

  function path(value) {
    return [
      h("p", { text: "A case has a context, a question and an expected answer. The model is asked, and its completion is read into what it thought, the proof it offers and its answer. Each quote of the proof is looked up in the context; then every protocol judges the same reading. A completion is always judged against its own case." }),
      h("dl", { class: "defs" }, ...defs(value.statuses.map((status) => [parts.capital(status.name), status.meaning]))),
    ];
  }

  function protocols(value) {
    const cards = value.protocols.map((protocol) =>
      h(
        "article",
        { class: "creed-card", "data-testid": `protocol-${protocol.name}` },
        h("h3", { text: protocol.title }),
        h("p", { class: "say", text: protocol.description }),
        h("dl", { class: "facts" }, ...protocol.facts.map((fact) => h("div", {}, h("dt", { text: fact.title }), h("dd", { text: parts.capital(fact.text) })))),
        h("p", { class: "source-line", text: `Source: ${protocol.source}. Version ${protocol.version}.` }),
      ),
    );
    const lists = value.protocols.filter((protocol) => protocol.words.length).flatMap((protocol) => [h("h3", { text: `Words that ${protocol.title} listens for` }), h("p", { text: "Lower-cased, anywhere in the answer, even inside a word: that is the published policy, and it is kept." }), h("dl", { class: "defs" }, ...protocol.words.flatMap((list) => [h("dt", { text: list.title }), h("dd", {}, h("ul", { class: "words-list" }, ...list.words.map((word) => h("li", { text: word }))))]))]);
    return [h("div", { class: "creeds" }, ...cards), ...lists, h("p", { text: "Guarded reads whole words and the sentence around them, on the answer alone; an abstention that an answer follows is none." })];
  }

  function points(value) {
    const names = value.protocols.map((protocol) => protocol.title);
    const table = h("table", { class: "grid-table", "data-testid": "weights" }, h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "What is paid for" }), ...names.map((name) => h("th", { scope: "col", class: "is-number", text: name })))), h("tbody", {}, ...value.weights.map((weight) => h("tr", {}, h("th", { scope: "row", text: weight.title }), ...weight.points.map((n) => h("td", { class: "is-number", text: n === 0 ? "–" : signed(n) }))))));
    return [h("p", { text: "The reward of a completion is the sum of the points of the rules that were applied, until one of them ends the evaluation. A dash means that the protocol pays nothing for it." }), h("div", { class: "grid-scroll", tabindex: "0", role: "region", "aria-label": "Points of each protocol" }, table)];
  }

  function rungs(value) {
    return [h("p", { text: "V3 and Guarded differ in several rules at once. The rungs change them one after the other, so that each change can be seen for what it is worth." }), h("ol", { class: "ladder" }, ...value.rungs.map((rung) => h("li", {}, h("h3", { text: rung.title }), h("p", { class: "say", text: rung.description }), ...rung.changes.map((text) => h("p", { class: "change", text: parts.capital(text) })))))];
  }

  function outcomes(value) {
    return [h("dl", { class: "defs" }, ...defs(value.outcomes.map((outcome) => [parts.capital(outcome.name), outcome.meaning])))];
  }

  function prompt(value) {
    const shown = value.prompts.flatMap((entry) => [turns(`${entry.style}: for a model that follows instructions`, entry.instructed), turns(`${entry.style}: for a base model, with worked examples`, entry.examples)]);
    return [h("p", { text: `The same words for every case; the case comes last. ${value.settings}` }), ...shown];
  }

  function turns(title, messages) {
    return h("details", { class: "prompt" }, h("summary", {}, icon("next", "turn"), title), h("div", { class: "turns" }, ...messages.map((message) => h("div", {}, h("p", { class: "role", text: message.role }), h("pre", { text: message.content })))));
  }

  function statistics(value) {
    return [h("dl", { class: "defs" }, ...defs(value.statistics.map((entry) => [entry.title, entry.text])))];
  }

  function sources(value) {
    const { cases, runs } = value;
    const list = (entries) => entries.map((entry) => `${entry.name} ${count(entry.n)}`).join(", ");
    const rows = runs.map((run) => h("tr", {}, h("th", { scope: "row", text: run.title }), h("td", { text: run.model }), h("td", { text: run.settings }), h("td", { text: run.machine }), h("td", { text: day(run.created) }), h("td", { class: "is-number", text: count(run.n) })));
    return [
      h("p", { text: cases.n ? `${plural(cases.n, "case")} are built in, all synthetic: ${list(cases.categories)}. What is called for: ${list(cases.behaviours)}.` : "No cases are built in." }),
      runs.length ? h("div", { class: "grid-scroll", tabindex: "0", role: "region", "aria-label": "Recorded runs" }, h("table", { class: "grid-table" }, h("thead", {}, h("tr", {}, ...["Recorded run", "Model", "Settings", "Machine", "Date"].map((text) => h("th", { scope: "col", text })), h("th", { scope: "col", class: "is-number", text: "n" }))), h("tbody", {}, ...rows))) : h("p", { text: "No run was recorded." }),
      h("h3", { text: value.published.title }),
      h("p", { text: value.published.note }),
    ];
  }

  function limits(value) {
    return [h("p", { class: "warning" }, icon("caution"), h("span", { text: "Not for clinical use. No verdict here replaces a clinician's judgement." })), h("ul", { class: "limits" }, ...value.limits.map((text) => h("li", {}, h("span", { text }))))];
  }

  const defs = (pairs) => pairs.flatMap(([term, text]) => [h("dt", { text: term }), h("dd", { text })]);

  window.dipgPage = { mount };
})();
