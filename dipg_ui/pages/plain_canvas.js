// Joins the canvas to the page's own script. A message is JSON in one string: Gradio wraps every object that it is
// given in proxies, and walks through it on the server, which a table of ten thousand rows would feel.
const root = element.querySelector(".dipg");
const address = root.dataset.asks; // where a page asks with plain requests, of which nothing is lost silently
const UNANSWERED_MS = 3000;
const LONGEST_MS = 30000;
const TOLD_FROM = 2; // reminders: a shorter silence is no news
let last = "";
let unanswered = 0;
let reminders = 0;
let since = 0;
let sent = 0;
let refusal = ""; // why nothing is answered, where that is known

function send(payload) {
  expectAnswer();
  if (address) post(payload);
  else trigger("act", payload);
}

// What gets no answer here is asked again by the reminder; the answer to anything but the newest is out of date.
async function post(payload) {
  const mine = (sent += 1);
  try {
    const response = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(payload) });
    const message = await response.text();
    if (mine !== sent) return;
    if (response.ok) receive({ message });
    else if (response.status === 401) tell("You are logged out. Log in again in another tab, under the same name.");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
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
  if ((address || reminders > 1) && ui.again) ui.again();
  else send({ action: "nudge" });
  if (reminders >= TOLD_FROM) tell();
}

const line = document.createElement("p");
line.className = "waiting-line";
line.dataset.testid = "waiting";
line.setAttribute("role", "status");

function tell(why) {
  refusal = why || refusal;
  const seconds = Math.round((Date.now() - since) / 1000);
  const told = seconds < 120 ? `${seconds} seconds` : `${Math.floor(seconds / 60)} minutes`;
  line.textContent = `${refusal || `Waiting for the server, which has not answered for ${told}.`} The page asks again by itself, next in ${pause() / 1000} seconds.`;
  if (!line.isConnected) (root.querySelector(".page") || root).prepend(line);
}

function answered() {
  clearTimeout(unanswered);
  reminders = since = 0;
  refusal = "";
  line.remove();
  root.classList.remove("is-sending");
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
// Of a file that cannot be sent Gradio alone tells, in a message of its own; of all else the line above does.
root.addEventListener("dipg-upload", () => (root.classList.add("is-sending"), expectAnswer()));
watch("value", () => receive(props.value));
receive(props.value);
if (!last) expectAnswer();
