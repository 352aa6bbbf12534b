// Answers that today's rules have not scored yet come before the charts: how many are done, and why it takes that long.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, count } = parts;

  // The server scores for a moment with each question: asked again at once, it goes on, and else it stops.
  const AGAIN_MS = 60;

  // `say(text)` tells it to who does not see it.
  function makeScoring(say) {
    const line = h("p", { class: "scoring-line", "data-testid": "scoring-line" });
    const bar = h("i", { class: "is-done" });
    const meter = h("div", { class: "run-meter", role: "progressbar", "aria-label": "Answers scored", "aria-valuemin": "0" }, bar);
    const element = h("section", { class: "scoring", hidden: true, "aria-label": "Scoring", "data-testid": "scoring" }, line, meter, h("p", { class: "hint", text: "It takes place only while somebody looks at this run. What is scored is kept." }));

    // `value` is {run, done, total, again} or null; `title` is said where it is not plain which run is meant.
    function set(value, title) {
      const begins = value && element.hidden;
      element.hidden = !value;
      if (!value) return;
      const what = `Scoring ${count(value.done)} of ${count(value.total)} answers${title ? ` of “${title}”` : ""}`;
      line.textContent = value.again ? `${what} again: the rules have changed.` : `${what}.`;
      meter.setAttribute("aria-valuemax", String(value.total));
      meter.setAttribute("aria-valuenow", String(value.done));
      meter.setAttribute("aria-valuetext", `${count(value.done)} of ${count(value.total)}`);
      bar.style.width = `${(100 * value.done) / Math.max(1, value.total)}%`;
      if (begins) say(line.textContent);
    }

    return { element, set };
  }

  Object.assign(parts, { makeScoring, AGAIN_MS });
})();
