// The way through the answers to judge: where one is, what is left, and where one was before.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});

  // `told` is the server's {items: [{key, judged, begun}], title}; a place is an index into the items, -1 for none.
  function makeQueue({ items, title }) {
    let at = -1;
    const trail = []; // places that were on screen before
    const done = []; // places that were saved, for undo

    const find = (key) => items.findIndex((each) => each.key === key);

    // The next answer without a judgement after the one on screen; those that were skipped come round again.
    function following() {
      for (let step = 1; step <= items.length; step += 1) {
        const place = (at + step) % items.length;
        if (!items[place].judged) return place;
      }
      return -1;
    }

    // From the one on screen, to which Back then leads, to another.
    function leaveFor(place) {
      if (at !== -1 && place !== at) trail.push(at);
      at = place;
    }

    return {
      title,
      following,
      leaveFor,
      size: () => items.length,
      left: () => items.filter((each) => !each.judged).length,
      at: () => at,
      to: (place) => (at = place),
      keyAt: (place) => items[place].key,
      before: () => (trail.length ? trail.pop() : -1),
      saved: (place) => done.push(place),
      lastSaved: () => (done.length ? done.pop() : -1),
      mark: (key, judged) => find(key) !== -1 && (items[find(key)].judged = judged),
      // Of an answer that is not in this queue, it becomes the last.
      placeOf: (key) => (find(key) === -1 ? items.push({ key, judged: true, begun: false }) - 1 : find(key)),
    };
  }

  Object.assign(parts, { makeQueue });
})();
