// What is judged and not saved yet: in this browser at once, on the server a moment later.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { kept, Unreachable } = parts;

  const DRAFT_MS = 500;
  const nameOf = ({ run, key, reviewer }) => `draft:${JSON.stringify([run, key, reviewer])}`;

  // `place()` is {run, key, reviewer} of the answer on screen, or null; `now()` what stands in its rows and since when;
  // `asked()` what a request carries beside the draft.
  function makeDrafts({ outbox, place, now, asked, onNotice }) {
    let timer = 0;

    function change() {
      const at = place();
      if (!at) return;
      kept.write(nameOf(at), now());
      window.clearTimeout(timer);
      timer = window.setTimeout(send, DRAFT_MS);
    }

    async function send(leaving) {
      const at = place();
      if (!timer || !at) return;
      drop();
      const draft = kept.read(nameOf(at)) || now();
      try {
        const told = await outbox.request({ action: "draft", key: at.key, draft, ...asked() }, leaving === true ? { keepalive: true } : undefined);
        if (told.notice) onNotice(told.notice);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }

    // What was about to be sent is not.
    function drop() {
      window.clearTimeout(timer);
      timer = 0;
    }

    // The newer of this browser's and the server's, null for none.
    function newest(at, there) {
      const here = kept.read(nameOf(at));
      const draft = here && there ? (here.at >= there.at ? here : there) : here || there;
      return draft && draft.judgement ? draft : null;
    }

    return { change, send, drop, newest, keep: (at, draft) => kept.write(nameOf(at), draft), forget: (at) => kept.write(nameOf(at), null) };
  }

  Object.assign(parts, { makeDrafts });
})();
