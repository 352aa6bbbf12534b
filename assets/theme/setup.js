// Who judges which answers: the form before it begins.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, button, plural } = parts;

  const KINDS = [["all", "All answers"], ["sample", "A sample, by category"], ["differ", "Where the protocols differ"], ["needs review", "What the rules could not decide"]];

  // `onBegin(choice)` with {reviewer, run, kind, n, seed, teaching}; `onOpen()` when it is to be shown again.
  function makeSetup({ onBegin, onOpen }) {
    let wanted = false;
    let user = ""; // the name of the login, where the server has one
    const labelled = (id, text, control) => h("div", { class: "field" }, h("label", { for: id, text }), control);
    const run = h("select", { id: "setup-run", "data-testid": "setup-run" });
    const chosen = h("select", { id: "setup-kind", "data-testid": "setup-kind", on: { change: fit } }, ...KINDS.map(([value, text]) => h("option", { value, text })));
    const n = h("input", { class: "input", id: "setup-n", type: "number", min: "1", max: "10000", "data-testid": "setup-n" });
    const seed = h("input", { class: "input", id: "setup-seed", type: "number", min: "0", "data-testid": "setup-seed" });
    const name = h("input", { class: "input", id: "setup-name", maxlength: "60", autocomplete: "name", required: true, "data-testid": "setup-name" });
    const named = labelled("setup-name", "Your name, kept with each judgement", name);
    if (parts.offersHubLogin()) named.append(h("p", { class: "hint" }, "Or ", parts.signIn("sign in"), " and judge under that name."));
    const known = h("p", { class: "setup-user", hidden: true, "data-testid": "setup-user" });
    const teaching = h("input", { type: "checkbox", id: "setup-teaching", "data-testid": "setup-teaching" });
    const size = h("div", { class: "field" }, h("label", { for: "setup-n", text: "How many" }), n);
    const warning = h("p", { class: "hint", hidden: true, text: "This choice tells you that the protocols differ, or that one is undecided; not which says what. Such judgements say nothing of all answers." });
    const error = h("p", { class: "field-error", id: "setup-error", role: "alert", hidden: true });
    const form = h("form", { class: "setup-form", on: { submit: begin } }, known, named, labelled("setup-run", "Run", run), labelled("setup-kind", "Answers to judge", chosen), size, labelled("setup-seed", "Seed of the order", seed), h("div", { class: "setup-check" }, teaching, h("label", { for: "setup-teaching", text: "Teaching: show at once what the protocols say. Marked so in the data, and never counted as blind." })), warning, error, h("div", { class: "judge-buttons" }, button({ words: "Begin", type: "submit", className: "btn primary", "data-testid": "setup-begin" })));
    const element = h("section", { class: "panel setup", "aria-labelledby": "setup-title", "data-testid": "setup", hidden: true }, h("h2", { id: "setup-title", text: "Judge answers without knowing what the protocols say" }), h("p", { text: "You see the case and the trace; verdicts come after you have saved yours. Where a quote stands in the context is not marked, for that is what the protocols are judged by: find it as a reader would, also with the browser's own search. The case's expected answer stays back too." }), form);

    function fit() {
      size.hidden = chosen.value !== "sample";
      warning.hidden = !["differ", "needs review"].includes(chosen.value);
    }

    function draw(heads, state) {
      user = state.user;
      run.replaceChildren(...heads.map((each) => h("option", { value: each.id, text: `${each.title} · ${plural(each.done, "answer")}` })));
      run.value = state.run;
      chosen.value = KINDS.some(([value]) => value === state.kind) ? state.kind : "all";
      n.value = state.n;
      seed.value = state.seed;
      name.value = state.reviewer;
      named.hidden = Boolean(user);
      name.disabled = Boolean(user);
      known.hidden = !user;
      known.replaceChildren("You judge as ", h("b", { text: user }), ", the name of your login.");
      teaching.checked = state.teaching;
      fit();
      if (!heads.length) element.replaceChildren(h("div", { class: "empty" }, h("h2", { text: "There is no run to judge yet" }), h("p", { text: "Run a set of cases first." }), h("a", { class: "btn primary", href: "evaluate", text: "Evaluate" })));
    }

    function begin(event) {
      event.preventDefault();
      const reviewer = user || name.value.trim().replace(/\s+/g, " ");
      const borrowed = !user && parts.offersHubLogin() && reviewer.startsWith("@");
      error.hidden = Boolean(reviewer) && !borrowed;
      if (!error.hidden) {
        error.textContent = borrowed ? "A name that begins with @ is had by signing in." : "Give the name under which your judgements are kept.";
        name.setAttribute("aria-describedby", "setup-error");
        return name.focus();
      }
      wanted = false;
      return onBegin({ reviewer, run: run.value, kind: chosen.value, n: Math.max(1, Number(n.value) || 20), seed: Math.max(0, Number(seed.value) || 0), teaching: teaching.checked });
    }

    return { element, draw, isOpen: () => wanted, focus: () => (name.value ? form.querySelector("[type=submit]") : name).focus(), open: () => ((wanted = true), onOpen()) };
  }

  Object.assign(parts, { makeSetup });
})();
