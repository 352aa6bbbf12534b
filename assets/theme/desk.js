// The answer that is judged: the case beside its rows, the foot with Save, and what is shown when it is saved.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button } = parts;

  // `card(key)` and `explore(case, key)` are where an answer's other pages are.
  function makeDesk({ announce, onChange, onSave, onEdit, onNext, card, explore }) {
    let locked = false;
    const judge = parts.makeJudge({ onChange, announce });
    const reveal = parts.makeReveal();
    const kind = h("p", { class: "review-kind", "data-testid": "review-kind" });
    const reason = h("input", { class: "input", id: "review-reason", maxlength: "500", "data-testid": "review-reason", autocomplete: "off", on: { keydown: (event) => event.key === "Enter" && (event.preventDefault(), event.stopPropagation(), onSave()) } });
    const why = h("div", { class: "judge-why", hidden: true }, h("label", { class: "judge-label", for: "review-reason", text: "Why do you change it?" }), reason);
    const saveButton = button({ words: "Save", className: "btn primary", "data-testid": "save", onClick: onSave });
    const changeButton = button({ words: "Change", className: "btn", "data-testid": "change", onClick: onEdit });
    const nextButton = button({ words: "Next answer", className: "btn primary", "data-testid": "next", onClick: onNext });
    const said = h("p", { class: "judge-said", "data-testid": "said" });
    const foot = h("div", { class: "judge-foot" }, why, said, h("div", { class: "judge-buttons" }, changeButton, saveButton, nextButton));
    const past = h("details", { class: "block judge-past", hidden: true }, h("summary", {}, icon("next", "turn"), h("h3", { text: "History of this judgement" })), h("div", {}));
    judge.trace.append(foot, past);
    document.documentElement.classList.add("dipg-judging");
    const element = h("div", { class: "review-desk" }, judge.source, h("div", { class: "review-column" }, judge.trace, reveal.element));

    // `reply` is what the server said of `item`; `value` stands in the rows, null for what was saved; `waits` says that
    // it has not reached the server.
    function draw({ item, reply, value, waits, editing, teaching }) {
      const mine = reply.mine;
      const saved = mine && mine.judgement;
      locked = Boolean(waits || (saved && !editing));
      judge.show(item, value || saved || null, locked);
      judge.reveal(reply.reveal && reply.reveal.quotes);
      const links = [h("a", { class: "link", href: explore(reply.reveal ? reply.reveal.case : "", item.key), text: "Open in Explore" }), h("a", { class: "link", href: card(item.key), "data-testid": "card-link", text: "Evidence card" })];
      reveal.show(reply.reveal, links);
      element.classList.toggle("is-revealed", Boolean(reply.reveal));
      kind.textContent = kindWords({ teaching, shown: reply.reveal, settled: saved && !editing, waits });
      why.hidden = locked || !(mine && mine.version);
      changeButton.hidden = !saved || editing || Boolean(waits);
      saveButton.hidden = locked;
      nextButton.hidden = !locked;
      past.hidden = !(reply.history && reply.history.length > 1);
      if (!past.hidden) past.lastChild.replaceChildren(parts.historyTable([...reply.history].reverse()));
      said.textContent = locked ? (saved ? `Saved, version ${mine.version}${mine.blind ? ", blind" : ""}` : "Not on the server yet") : "";
    }

    return { element, kind, judge, reveal, reason, draw, isLocked: () => locked, canChange: () => !changeButton.hidden, hold: (on) => (saveButton.disabled = on), focusNext: () => nextButton.focus({ preventScroll: true }), turnThinking: () => (judge.trace.querySelector(".think").open = !judge.trace.querySelector(".think").open) };
  }

  function kindWords({ teaching, shown, settled, waits }) {
    if (teaching) return "Teaching: what the protocols say is shown at once, and the judgement is marked so";
    if (shown) return settled ? "Saved" : "You have seen what the protocols say: a change is kept as not blind";
    return waits ? "Kept in this browser" : "Blind: nothing of what the protocols say has been sent to this browser";
  }

  Object.assign(parts, { makeDesk });
})();
