// The Review page's keys.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});

  const KEYS = [["1–5", "Choose in the row at hand, and go on"], ["Shift 1–3", "The same for all further quotes"], ["↑ or ↓", "Row before, row after"], ["← or →", "Choose within the row"], ["Enter", "Save; then the next answer"], ["s", "Skip: it comes back at the end"], ["b", "Back to the answer before"], ["u", "Undo the last saving"], ["c", "Change what was saved"], ["n", "Write a note"], ["t", "Open or fold the thinking"], ["Esc", "Leave a text field"], ["?", "This sheet"]];

  // `judge` gets the digits and arrows; `isJudging()` says that answers are judged, `isReady()` that no answer is on its
  // way, `hasAnswer()` that one is on screen. `letters` are what single letters do, `onEnter()` what Enter does where it
  // presses nothing.
  function makeShortcuts({ root, judge, isJudging, isReady, hasAnswer, onEnter, letters }) {
    const sheet = parts.makeKeySheet(KEYS);
    document.addEventListener("keydown", onKey);

    function onKey(event) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || root.querySelector("dialog[open]")) return;
      const typing = event.target.closest("input, textarea, select");
      if (typing) {
        if (event.key === "Escape" && hasAnswer() && isJudging()) judge.to(0);
        return;
      }
      // Turned off, a digit still chooses in the row that has the focus.
      if (!sheet.isOn() && event.key.length === 1 && event.key !== " " && !(/\d/.test(event.key) && event.target.closest("[role=radio]"))) return;
      if (event.key === "?") return sheet.open();
      if (!isJudging() || !isReady()) return;
      const pressable = event.target.closest("button:not([role=radio]), a, summary");
      if (event.key === "Enter" && !pressable && hasAnswer()) {
        event.preventDefault();
        return onEnter();
      }
      if (event.target.closest(".review-context, .raw, .grid-scroll") && event.key.startsWith("Arrow")) return;
      if (hasAnswer() && judge.key(event)) return event.preventDefault();
      if (!Object.hasOwn(letters, event.key)) return;
      event.preventDefault();
      letters[event.key]();
    }

    return sheet;
  }

  Object.assign(parts, { makeShortcuts });
})();
