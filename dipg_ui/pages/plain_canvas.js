// Joins the canvas to the page's own script. A message is JSON in one string: Gradio wraps every object that it is
// given in proxies, and walks through it on the server, which a table of ten thousand rows would feel.
const root = element.querySelector(".dipg");
const UNANSWERED_MS = 3000;
const MAX_REMINDERS = 5;
let last = "";
let unanswered = 0;
let reminders = 0;

function send(payload) {
  expectAnswer();
  trigger("act", payload);
}

// Gradio closes its stream of answers when none is due, and an event sent in that very moment is answered into the
// closed stream: the answer waits on the server until another event opens a new one.
function expectAnswer() {
  clearTimeout(unanswered);
  if (reminders < MAX_REMINDERS) unanswered = setTimeout(() => ((reminders += 1), send({ action: "nudge" })), UNANSWERED_MS * (1 + reminders));
}

function receive(value) {
  if (!value || typeof value.message !== "string") return;
  clearTimeout(unanswered);
  reminders = 0;
  if (value.message === "{}" || value.message === last) return;
  last = value.message;
  ui.update(JSON.parse(last));
}

const ui = window.dipgPage.mount(root, send);
root.addEventListener("dipg-upload", expectAnswer);
watch("value", () => receive(props.value));
receive(props.value);
if (!last) expectAnswer();
