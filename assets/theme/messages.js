// What the Review page says beside the answers: a notice, the state of the connection, and that nothing is left.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button, plural, kept } = parts;

  const NOTHING = { differ: "The protocols say the same of every answer of this run.", "needs review": "The rules could decide every answer of this run." };

  function makeNotice() {
    const element = h("div", { class: "notice", hidden: true, "data-testid": "notice" });
    return {
      element,
      show(value) {
        if (!value) return;
        element.hidden = false;
        element.className = `notice is-${value.tone}`;
        element.setAttribute("role", value.tone === "error" ? "alert" : "status");
        element.replaceChildren(icon(value.tone === "error" ? "bad" : "good"), h("p", {}, h("b", { text: value.title }), value.detail ? ` ${value.detail}` : ""), button({ name: "close", label: "Dismiss", className: "icon-btn", onClick: () => (element.hidden = true) }));
      },
    };
  }

  function makeConnectionLine() {
    const element = h("p", { class: "review-line", role: "status", hidden: true, "data-testid": "connection" });
    return {
      element,
      show({ online, waiting, why }) {
        element.hidden = online && !waiting && !kept.broken;
        const told = kept.broken ? "This browser keeps nothing: what you judge is safe only once it is saved." : `${why || "The server does not answer."} ${waiting ? `${plural(waiting, "judgement")} waiting in this browser, sent` : "What you write is kept in this browser, and sent"} as soon as the server takes it.`;
        element.replaceChildren(icon("caution"), h("span", { text: told }));
      },
    };
  }

  // Takes the focus, so that it is read.
  function makeQueueEnd({ onAgreement, onAnother }) {
    const element = h("div", { class: "empty", hidden: true, "data-testid": "none" });
    return {
      element,
      show(size, kind) {
        const title = h("h2", { tabindex: "-1", text: size ? `All ${plural(size, "answer")} judged` : "This queue is empty" });
        const words = size ? "Look at the agreement, or begin another queue." : NOTHING[kind] || "The run holds no answer yet.";
        element.replaceChildren(title, h("p", { text: words }), h("p", { class: "judge-buttons" }, button({ words: "Agreement", className: "btn primary", onClick: onAgreement }), button({ words: "Another queue", className: "btn", onClick: onAnother })));
        element.hidden = false;
        title.focus();
        return title.textContent;
      },
    };
  }

  Object.assign(parts, { makeNotice, makeConnectionLine, makeQueueEnd });
})();
