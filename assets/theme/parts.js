// Small parts that every panel uses: building elements, icons, numbers in words. Text enters with textContent alone.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const SVG = "http://www.w3.org/2000/svg";

  // Paths in a 16 × 16 box, drawn with a 1.6 stroke. Shape tells what colour tells.
  const ICONS = {
    good: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5 8.2l2.1 2.1L11.2 6",
    caution: "M8 2 1.6 13.5h12.8zM8 6.5v3.2M8 11.6v.1",
    bad: "M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
    review: "M8 1.2 14.8 8 8 14.8 1.2 8zM6.4 6.5c.2-1 .8-1.4 1.6-1.4.9 0 1.6.5 1.6 1.4 0 1.2-1.6 1.2-1.6 2.3M8 10.9v.1",
    pending: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5 8h.1M8 8h.1M11 8h.1",
    exact: "M3 6h10M3 10h10",
    fuzzy: "M2.5 6.2c1.8-2 3.7-2 5.5-.5s3.7 1.5 5.5-.5M2.5 10.7c1.8-2 3.7-2 5.5-.5s3.7 1.5 5.5-.5",
    altered: "M3 6h10M3 10h10M10.5 2.5l-5 11",
    ungrounded: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M12.5 2.5l-9 11",
    unscorable: "M3.5 8h.1M8 8h.1M12.5 8h.1",
    search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3l3.7 3.7",
    down: "M4 6.5l4 4 4-4",
    play: "M5 3v10l8-5z",
    stop: "M4.5 4.5h7v7h-7z",
    link: "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7l.9-.9",
    keys: "M1.5 4h13v8h-13zM4 6.5h.1M6.7 6.5h.1M9.3 6.5h.1M12 6.5h.1M5 9.5h6",
    close: "M4 4l8 8M12 4l-8 8",
    list: "M2.5 4h11M2.5 8h11M2.5 12h7",
    plus: "M8 3v10M3 8h10",
    upload: "M8 10.5v-8M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v3h11v-3",
    tune: "M2 5h7M13 5h1M2 11h1M7 11h7M11 3.2v3.6M5 9.2v3.6",
    archive: "M2 3h12v3H2zM3 6v7h10V6M6.5 9h3",
    paste: "M5.5 3H3.5v11h9V3h-2M5.5 2h5v2.5h-5z",
    printer: "M4.5 6V2h7v4M4.5 11.5H2V6h12v5.5h-2.5M4.5 9.5h7V14h-7z",
    live: "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M3.2 3.2a6.8 6.8 0 0 0 0 9.6M12.8 3.2a6.8 6.8 0 0 1 0 9.6",
    dash: "M5.5 8h5",
    brand: "M2.5 3.5h3.5v3.5c0 1.6-.8 2.7-2.3 3.2M9.5 3.5H13v3.5c0 1.6-.8 2.7-2.3 3.2M2 13.5h12",
    next: "M6 3.5 10.5 8 6 12.5",
  };

  function icon(name, className) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("class", "icon" + (className ? " " + className : ""));
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[name] || ICONS.pending);
    svg.append(path);
    return svg;
  }

  // h("p", {class: "note", text: "…"}, child, …): `on` holds listeners, `data` data-attributes, true is a bare attribute.
  function h(tag, props, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(props || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key === "text") element.textContent = value;
      else if (key === "on") for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
      else if (key === "data") Object.assign(element.dataset, value);
      else element.setAttribute(key, value === true ? "" : String(value));
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  }

  // A button that carries an icon, words, or both; without words its name is in `label`.
  function button({ name, words, label, className, onClick, ...rest }) {
    const inner = [name && icon(name), words && h("span", { text: words })];
    return h("button", { type: "button", class: className || "btn", "aria-label": label, title: label, on: { click: onClick }, ...rest }, ...inner);
  }

  const PAINTED = 120000;
  const LONG_WORD = 120;

  // Where a text may be cut so that no word is longer than LONG_WORD. The browser's line breaking takes quadratic time
  // in the length of a word (100,000 letters without a space: a minute and a half); <wbr> between pieces makes it linear.
  function pieces(text) {
    const cuts = [0];
    for (const word of text.matchAll(/\S+/g)) {
      const end = word.index + word[0].length;
      for (let at = word.index + LONG_WORD; at < end; at += LONG_WORD) cuts.push(safeCut(text, at));
    }
    cuts.push(text.length);
    return cuts;
  }

  // Append `text` to `element`, with <wbr> inside very long words; what is read back from the element is the text itself.
  function fill(element, text) {
    const cuts = pieces(text);
    if (cuts.length === 2) return element.append(text);
    const fragment = document.createDocumentFragment();
    for (let i = 0; i + 1 < cuts.length; i += 1) {
      if (i) fragment.append(document.createElement("wbr"));
      fragment.append(text.slice(cuts[i], cuts[i + 1]));
    }
    return element.append(fragment);
  }

  // Long text: the first `limit` units are painted, and a button that says how many are not paints the rest.
  function longText(element, text, limit) {
    const cap = limit || PAINTED;
    element.replaceChildren();
    if (text.length <= cap) {
      fill(element, text);
      return element;
    }
    const cut = text.slice(0, safeCut(text, cap));
    const more = button({
      className: "more",
      words: `Show all ${count(text.length)} characters (${count(text.length - cut.length)} more)`,
      onClick: () => {
        element.replaceChildren();
        fill(element, text);
      },
    });
    fill(element, cut);
    element.append(h("span", { class: "fade", text: " … " }), more);
    return element;
  }

  // Never between the two halves of a surrogate pair.
  function safeCut(text, at) {
    const code = text.charCodeAt(at - 1);
    return code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
  }

  const count = (n) => n.toLocaleString("en-GB");
  const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many || one + "s"}`;
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  // Facts in one line. A space that breaks no line stands before the dot: where the line wraps, none begins with a dot.
  const dotted = (...facts) => facts.filter(Boolean).join("\u00a0· ");
  const words = (text) => (text.match(/\S+/g) || []).length;
  const signed = (n) => (n > 0 ? "+" : n < 0 ? "−" : "") + String(Math.abs(Math.round(n * 10) / 10));
  const percent = (n) => `${n >= 100 ? 100 : Math.min(99, Math.round(n))} %`;

  function day(iso) {
    const date = new Date(iso);
    if (Number.isNaN(date.getTime())) return iso;
    return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  }

  // Marks that are invisible and reorder or hide text; the panels say how many there are.
  const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
  function invisibleNote(text) {
    const found = text.slice(0, PAINTED).match(INVISIBLE);
    return found ? `${plural(found.length, "invisible control character")} in this text` : "";
  }

  // Replace the children only when what they are drawn from has changed.
  function once(draw) {
    let last;
    return (key, ...args) => {
      if (key === last) return;
      last = key;
      draw(...args);
    };
  }

  // Draw a box anew under the hands of somebody: the focus goes to what stands in its place afterwards. `name` says by
  // what a control is known again.
  function keepFocus(box, name, draw) {
    const held = box.contains(document.activeElement) ? name(document.activeElement) : undefined;
    draw();
    if (held !== undefined) [...box.querySelectorAll("a, button, input, select")].find((each) => name(each) === held)?.focus({ preventScroll: true });
  }

  // For who asked for less motion nothing slides.
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const scrollTo = (element) => element.scrollIntoView({ behavior: calm() ? "auto" : "smooth" });

  Object.assign(parts, { h, icon, button, longText, fill, safeCut, count, plural, capital, dotted, words, signed, percent, day, invisibleNote, once, keepFocus, calm, scrollTo, PAINTED });
})();
