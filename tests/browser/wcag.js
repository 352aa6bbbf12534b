// What `wcag.py` measures in a page. Everything hangs on `window.wcag`, and nothing of it changes the page.
(() => {
  const label = (each) => [each.tagName.toLowerCase(), ...each.classList].join(".");
  const words = (each) => each.textContent.trim().slice(0, 40);
  const scrolls = (value) => value === "auto" || value === "scroll";

  // What fades in is brought to its end, and so is what begins to fade when that has ended.
  async function settle() {
    for (let quiet = 0, frames = 0; quiet < 3 && frames < 300; frames += 1) {
      const left = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity);
      left.forEach((each) => each.finish());
      quiet = left.length ? 0 : quiet + 1;
      await new Promise(requestAnimationFrame);
    }
  }

  // ---- reflow ----

  const HIDDEN = ".sr, .skip:not(:focus), #dipg-upload, #dipg-feed, [aria-hidden=true], script, style, option, svg";

  // The texts that are drawn, each with the box that they take.
  function* texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || !parent || parent.closest(HIDDEN)) continue;
      if (!parent.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0.5 && box.height > 0.5);
      if (!boxes.length) continue;
      const least = (side) => Math.min(...boxes.map((box) => box[side]));
      const most = (side) => Math.max(...boxes.map((box) => box[side]));
      yield { parent, left: least("left"), right: most("right"), top: least("top"), bottom: most("bottom") };
    }
  }

  // The frame that cuts a text off, "scrolls" where one can be scrolled to it, null where nothing is in its way.
  function frameOf(text) {
    for (let up = text.parent; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (scrolls(style.overflowX) || scrolls(style.overflowY)) return "scrolls";
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const box = up.getBoundingClientRect();
      const short = style.webkitLineClamp === "none" && (text.bottom > box.bottom + 2 || text.top < box.top - 2);
      if (text.right > box.right + 1.5 || text.left < box.left - 1.5 || short) return up;
    }
    return null;
  }

  function stickingOut(mayBeCut) {
    const wide = document.documentElement.clientWidth;
    const page = document.documentElement.scrollWidth;
    const told = page > wide + 1 ? [`the page is ${page} wide, the window ${wide}`] : [];
    for (const text of texts()) {
      const frame = frameOf(text);
      if (frame instanceof Element) {
        if (!text.parent.closest(mayBeCut)) told.push(`${label(frame)} cuts off: ${words(text.parent)}`);
      } else if (!frame && (text.right > wide + 1.5 || text.left < -1.5)) {
        told.push(`over the border: ${label(text.parent)}: ${words(text.parent)}`);
      }
    }
    return [...new Set(told)];
  }

  // ---- focus ----

  const ink = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  function colour(text) {
    ink.clearRect(0, 0, 1, 1);
    ink.fillStyle = text;
    ink.fillRect(0, 0, 1, 1);
    return [...ink.getImageData(0, 0, 1, 1).data];
  }

  function lightness([r, g, b]) {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  }

  function contrast(one, other) {
    const [low, high] = [lightness(one), lightness(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  function ground(each) {
    for (let up = each; up; up = up.parentElement) {
      const found = colour(getComputedStyle(up).backgroundColor);
      if (found[3] > 250) return found;
    }
    return [255, 255, 255, 255];
  }

  // Whether any of nine points of each of its boxes is in the window and not behind something else.
  function isSeen(each) {
    const mine = (found) => found && (each.contains(found) || found.closest("label")?.control === each);
    return [...each.getClientRects()].some((box) =>
      [0.1, 0.5, 0.9].some((x) =>
        [0.15, 0.5, 0.85].some((y) => mine(document.elementFromPoint(box.left + box.width * x, box.top + box.height * y))),
      ),
    );
  }

  function ringFault(each) {
    const small = ["radio", "checkbox", "file"].includes(each.type) ? [each.closest("label"), each.parentElement] : [];
    for (const place of [each, ...small].filter(Boolean)) {
      const style = getComputedStyle(place);
      if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) continue;
      const against = ground(parseFloat(style.outlineOffset) < 0 ? place : place.parentElement);
      const found = contrast(colour(style.outlineColor), against);
      return found < 3 ? `its ring has a contrast of ${found.toFixed(2)}` : "";
    }
    return "it shows no ring";
  }

  // What has the focus, and what is wrong with it there; null where nothing of the page has it.
  function stop() {
    const each = document.activeElement;
    if (!each || each === document.body || each === document.documentElement) return null;
    const testid = each.dataset.testid || each.id || "";
    const wrong = [isSeen(each) ? "" : "it is out of sight or behind something", ringFault(each)].filter(Boolean).join("; ");
    return { name: `${label(each)} ${testid || each.getAttribute("aria-label") || words(each)}`, testid, wrong };
  }

  // ---- motion ----

  const seconds = (text) => Math.max(...text.split(",").map((each) => parseFloat(each) * (each.trim().endsWith("ms") ? 0.001 : 1)));

  function moving(longest) {
    const told = new Set();
    for (const each of document.querySelectorAll("*")) {
      for (const pseudo of [null, "::before", "::after", "::backdrop"]) {
        const style = getComputedStyle(each, pseudo);
        const fades = style.transitionProperty !== "none" && seconds(style.transitionDuration) > longest;
        const plays = style.animationName !== "none" && seconds(style.animationDuration) > longest;
        if (fades || plays || style.scrollBehavior === "smooth") told.add(label(each) + (pseudo || ""));
      }
    }
    return [...told];
  }

  // ---- what is said ----

  // Everything that the live regions of the page say from now on, in `said`.
  function listen() {
    const said = [];
    const live = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output";
    const hear = (changes) => {
      for (const change of changes) {
        const at = change.target instanceof Element ? change.target : change.target.parentElement;
        const region = at && at.closest(live);
        if (region && region.checkVisibility()) said.push(region.textContent.trim());
      }
    };
    new MutationObserver(hear).observe(document.body, { subtree: true, childList: true, characterData: true });
    return said;
  }

  window.wcag = { settle, stickingOut, stop, moving, listen, said: [] };
})();
