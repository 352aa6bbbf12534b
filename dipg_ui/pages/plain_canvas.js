// Joins the canvas to the page's own script. A message is JSON in one string: Gradio wraps every object that it is
// given in proxies, and walks through it on the server, which a table of ten thousand rows would feel.
const root = element.querySelector(".dipg");
const UNANSWERED_MS = 3000;
const LONGEST_MS = 30000;
const TOLD_FROM = 2; // reminders: a shorter silence is no news
let last = "";
let unanswered = 0;
let reminders = 0;
let since = 0;

function send(payload) {
  expectAnswer();
  trigger("act", payload);
}

// Gradio closes its stream of answers when none is due, and an event sent in that very moment is answered into the
// closed stream: the answer waits on the server until another event opens a new one.
function expectAnswer() {
  clearTimeout(unanswered);
  since ||= Date.now();
  unanswered = setTimeout(remind, pause());
}

const pause = () => Math.min(LONGEST_MS, UNANSWERED_MS * (1 + reminders));

// Where no answer waits on the server, since it was started anew or never got the question, the page asks afresh.
function remind() {
  reminders += 1;
  if (reminders > 1 && ui.again) ui.again();
  else send({ action: "nudge" });
  if (reminders >= TOLD_FROM) tell();
}

const line = document.createElement("p");
line.className = "waiting-line";
line.dataset.testid = "waiting";
line.setAttribute("role", "status");

function tell() {
  const seconds = Math.round((Date.now() - since) / 1000);
  const told = seconds < 120 ? `${seconds} seconds` : `${Math.floor(seconds / 60)} minutes`;
  line.textContent = `Waiting for the server, which has not answered for ${told}. The page asks again by itself, next in ${pause() / 1000} seconds.`;
  if (!line.isConnected) (root.querySelector(".page") || root).prepend(line);
}

function answered() {
  clearTimeout(unanswered);
  reminders = since = 0;
  line.remove();
}

function receive(value) {
  if (!value || typeof value.message !== "string") return;
  // An answer to a reminder alone: what was asked before it may be lost.
  if (value.message === "{}" && ui.again && since) return;
  answered();
  if (value.message === "{}" || value.message === last) return;
  last = value.message;
  ui.update(JSON.parse(last));
}

const ui = window.dipgPage.mount(root, send);
root.addEventListener("dipg-upload", expectAnswer);
watch("value", () => receive(props.value));
receive(props.value);
if (!last) expectAnswer();
