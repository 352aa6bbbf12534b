// Joins the canvas to the page's own script. A message is JSON in one string: Gradio wraps every object that it is
// given in proxies, and walks through it on the server, which a table of ten thousand rows would feel.
const root = element.querySelector(".dipg");
const ui = window.dipgPage.mount(root, (payload) => trigger("act", payload));

function receive(value) {
  if (value && typeof value.message === "string") ui.update(JSON.parse(value.message));
}

watch("value", () => receive(props.value));
receive(props.value);
