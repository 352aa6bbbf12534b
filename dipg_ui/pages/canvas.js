// Joins Gradio's two components to the page's own script. The canvas carries what changes seldom, the feed the
// growing trace; both hold messages {page?, live?, result?, run?}, and the script always gets all three together.
const root = element.querySelector(".dipg");
const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
const EVENTS = { generate: "generate", replay: "generate", stop: "stop" };
const UNANSWERED_MS = 3000;
const MAX_REMINDERS = 5;
const EARLIER_MS = 500;
// Events run side by side, so Stop may overtake the Generate that it means: both carry the number of the asking.
let asked = 0;
let unanswered = 0;
let reminders = 0;
let sent = 0;
function send(action, payload) {
  const event = EVENTS[action] ?? "act";
  if (event === "generate") asked += 1;
  if (action !== "repeat") sent = performance.now();
  if (event !== "stop") expectAnswer();
  trigger(event, event === "act" ? { ...payload, action } : { ...payload, action, asked });
}

// Gradio closes its stream of answers when none is due, and an event sent in that very moment is answered into the
// closed stream: the answer waits on the server until another event opens a new one. Asking again brings it.
function expectAnswer() {
  clearTimeout(unanswered);
  if (reminders < MAX_REMINDERS) unanswered = setTimeout(() => ((reminders += 1), send("repeat", {})), UNANSWERED_MS * (1 + reminders));
}

const ui = window.dipgExplore.mount(root, send);
let current = { page: null, live: null, result: null };
let run = 0;
let polling = 0;

// Answers may overtake each other; an older state never replaces a newer one.
function changed(key, value) {
  const known = current[key];
  return key === "live" || !known || !value || value.rev > known.rev;
}

function pollWhileLoading() {
  const loading = (current.page?.models ?? []).some((model) => model.state === "loading");
  clearTimeout(polling);
  if (loading) polling = setTimeout(() => send("refresh", {}), 1000);
}

// Frames of a run that was superseded may still arrive after what superseded it.
function receive(proxy) {
  if (!proxy) return;
  // What comes so soon may be the rest of an earlier answer: the newest event is asked about once more, to be sure.
  if (performance.now() - sent >= EARLIER_MS) {
    clearTimeout(unanswered);
    reminders = 0;
  }
  const message = JSON.parse(JSON.stringify(proxy));
  if (message.run !== undefined) {
    if (message.run < run) return;
    run = message.run;
  }
  const next = { ...current };
  for (const key of ["page", "live", "result"]) {
    if (key in message && changed(key, message[key])) next[key] = message[key];
  }
  current = next;
  if (!current.page) return;
  ui.update(current);
  if ("page" in message) pollWhileLoading();
}

function guardUpload(event) {
  const input = event.target;
  const file = input.files?.[0];
  if (!input.closest?.("#dipg-upload") || !file) return;
  if (file.size <= MAX_UPLOAD_BYTES) return expectAnswer();
  event.stopImmediatePropagation();
  send("refuse_upload", { name: file.name, size: file.size });
  input.value = "";
}

// Chromium takes most of a minute to wrap a line of a million characters; unwrapped it takes a moment. Asked before
// the text goes in, because a layout comes before the input event.
const ENDLESS_LINE = /[^\n]{20000}/;
function guardEndlessLine(event) {
  const field = event.target;
  if (field.tagName !== "TEXTAREA" || !root.contains(field)) return;
  const added = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
  if (ENDLESS_LINE.test(added)) field.style.whiteSpace = "pre";
  else if (field.style.whiteSpace && event.type === "input" && !ENDLESS_LINE.test(field.value)) field.style.whiteSpace = "";
}

document.addEventListener("change", guardUpload, true);
document.addEventListener("beforeinput", guardEndlessLine, true);
document.addEventListener("input", guardEndlessLine, true);
window.dipgReceive = receive;
watch("value", () => receive(props.value));
receive(props.value);
