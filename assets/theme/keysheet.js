// The sheet that lists a page's keys, and the switch that turns off those that are single characters: speech input types
// them by accident (WCAG 2.1.4).
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, button } = parts;

  const NAME = "dipg:keys";

  // A browser that keeps nothing forgets the choice with the page.
  function remembered() {
    try {
      return localStorage.getItem(NAME) !== "off";
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return true;
    }
  }

  function remember(on) {
    try {
      if (on) localStorage.removeItem(NAME);
      else localStorage.setItem(NAME, "off");
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  // `keys` are [key, what it does]; "a or b" names two. `isOn()` says whether single characters are shortcuts.
  function makeKeySheet(keys) {
    let on = remembered();
    const element = h("dialog", { class: "sheet small", "aria-labelledby": "dipg-help-title", "data-testid": "help" });
    const box = h("input", { type: "checkbox", id: "help-letters", "data-testid": "help-letters", on: { change: () => remember((on = box.checked)) } });
    box.checked = on;
    const named = (key) => key.split(" or ").flatMap((each, place) => (place ? [" or ", h("kbd", { text: each })] : [h("kbd", { text: each })]));
    element.append(
      h("header", { class: "sheet-head" }, h("h2", { id: "dipg-help-title", text: "Keyboard" }), button({ name: "close", label: "Close", className: "icon-btn", onClick: () => element.close() })),
      h("dl", { class: "keys" }, ...keys.flatMap(([key, does]) => [h("dt", {}, ...named(key)), h("dd", { text: does })])),
      h("div", { class: "setup-check" }, box, h("label", { for: "help-letters", text: "Single characters are shortcuts. Turn this off where speech or a switch types for you." })),
    );
    element.addEventListener("click", (event) => event.target === element && element.close());
    element.addEventListener("keydown", (event) => event.key === "?" && element.close());
    return { element, open: () => element.open || element.showModal(), isOn: () => on };
  }

  Object.assign(parts, { makeKeySheet });
})();
