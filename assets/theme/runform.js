// What a new run is made of: which cases, which model, with which settings. It says what will be asked before it is.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button, count, plural } = parts;

  const STYLES = [["tags", "Tags (think, proof, answer)"], ["json", "JSON"], ["channels", "Channels (fair to V3)"]];

  const HUB = "hub:"; // no set yet, but the place to name one

  function makeRunForm({ onStart, onUpload, onFetch, onMap, onUse, onDrop }) {
    let form = null;
    const set = select("set", "Cases");
    const category = select("category", "Category");
    const behaviour = select("behaviour", "What is called for");
    const n = number("n", "How many", { min: 1, max: 100000, step: 1 });
    const repeats = number("repeats", "Times each", { min: 1, max: 100, step: 1 });
    const model = select("model", "Model");
    const modelNote = h("p", { class: "hint", "data-testid": "run-model-note" });
    const temperature = number("temperature", "Temperature", { min: 0, max: 2, step: 0.1 });
    const tokens = number("max_new_tokens", "Longest answer, tokens", { min: 16, max: 4096, step: 16 });
    const seed = number("seed", "Seed", { min: 0, max: 2147483647, step: 1 });
    const style = select("style", "Prompt style");
    const title = h("input", { type: "text", class: "input", id: "run-title", maxlength: "120", autocomplete: "off", "data-testid": "run-title" });
    const numbers = { n, repeats, temperature, max_new_tokens: tokens, seed };
    const sum = h("p", { class: "run-sum", role: "status", "data-testid": "run-sum" });
    const hub = parts.makeHubField(onFetch);
    const columns = parts.makeColumns({ onMap, onUse, onDrop });
    const note = h("div", { class: "upload-note", hidden: true, "data-testid": "upload-note" });
    const problem = h("p", { class: "field-error", role: "alert", hidden: true, "data-testid": "run-problem" });
    const start = h("button", { type: "submit", class: "btn primary", "data-testid": "run-start" }, icon("play"), h("span", { text: "Start the run" }));
    const more = h("details", { class: "run-more" }, h("summary", {}, icon("next", "turn"), "Settings"), h("div", { class: "run-fields" }, temperature.element, tokens.element, seed.element, style.element, h("div", { class: "field is-wide" }, h("label", { for: "run-title", text: "Name of the run" }), title)));
    const element = h(
      "form",
      { class: "panel run-form", "aria-labelledby": "run-form-title", novalidate: true, "data-testid": "run-form" },
      h("h2", { id: "run-form-title", text: "New run" }),
      h("div", { class: "run-fields" }, set.element, category.element, behaviour.element, n.element, repeats.element, h("div", { class: "is-wide" }, model.element, modelNote)),
      hub.element,
      columns.element,
      more,
      note,
      problem,
      h("div", { class: "run-foot" }, sum, h("div", { class: "run-acts" }, button({ name: "upload", words: "Upload cases", className: "btn quiet", "data-testid": "upload-open", onClick: onUpload }), start)),
    );
    // Until somebody types a number, it follows the part that is chosen.
    n.control.addEventListener("input", () => (n.control.dataset.auto = "no"));
    set.control.addEventListener("change", () => hub.show(set.control.value === HUB));
    for (const each of [set, category, behaviour]) each.control.addEventListener("change", () => draw(each === set));
    for (const each of Object.values(numbers)) each.control.addEventListener("input", () => draw(false));
    model.control.addEventListener("change", () => draw(false));
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });

    function update(next) {
      const fresh = form === null;
      const before = set.control.value;
      form = next;
      set.fill([...form.sets.map((each) => [each.id, `${each.title} (${count(each.cases.length)})`]), [HUB, "From the hub or a server…"]]);
      const newest = form.sets[form.sets.length - 1];
      set.control.value = newest && !newest.shared && form.upload ? newest.id : before || form.sets[0].id;
      hub.show(set.control.value === HUB && !form.columns);
      columns.update(form.columns);
      model.fill(form.models.map((each) => [each.id, each.usable ? each.title : `${each.title}: not here`, !each.usable]));
      if (fresh) {
        style.fill(STYLES);
        const usable = form.models.find((each) => each.usable);
        model.control.value = usable ? usable.id : "";
        repeats.control.value = "1";
        for (const name of ["temperature", "max_new_tokens", "seed"]) numbers[name].control.value = String(form.defaults[name]);
        style.control.value = form.defaults.style;
      }
      showNote(form.upload);
      draw(fresh || set.control.value !== before);
    }

    const chosen = () => form.sets.find((each) => each.id === set.control.value) || form.sets[0];

    function left() {
      const wanted = (list, value) => (value === "" ? -1 : list.indexOf(value));
      const [c, b] = [wanted(form.categories, category.control.value), wanted(form.behaviours, behaviour.control.value)];
      return chosen().cases.filter((each) => (c < 0 || each[0] === c) && (b < 0 || each[1] === b)).length;
    }

    // `all`: the set is another one, so its parts are listed anew.
    function draw(all) {
      if (!form) return;
      const cases = chosen().cases;
      if (all) {
        const present = (place, names) => [...new Set(cases.map((each) => each[place]))].sort((a, b) => a - b).map((code) => names[code]).filter(Boolean).map((name) => [name, parts.capital(name)]);
        category.fill([["", "All categories"], ...present(0, form.categories)]);
        behaviour.fill([["", "Anything"], ...present(1, form.behaviours)]);
      }
      const room = left();
      const untouched = n.control.value === "" || n.control.dataset.auto === "yes";
      if (all || untouched) {
        n.control.value = String(room);
        n.control.dataset.auto = "yes";
      }
      const asked = Math.min(room, Number(n.control.value) || 0);
      const times = Number(repeats.control.value) || 0;
      const picked = form.models.find((each) => each.id === model.control.value);
      modelNote.textContent = picked ? [picked.title.includes(picked.device) ? "" : picked.device, picked.state === "ready" ? picked.trouble : picked.detail].filter(Boolean).join(". ") : "No model can be used here; see README on how to set one up.";
      const unnamed = set.control.value === HUB;
      sum.textContent = unnamed ? "Fetch a data set first." : `${plural(asked, "case")}${times > 1 ? `, ${times} times each` : ""}: ${plural(asked * times, "answer")} to generate.`;
      start.disabled = unnamed || !picked || !picked.usable || asked * times === 0;
    }
    function submit() {
      problem.hidden = true;
      const values = {};
      for (const [name, field] of Object.entries(numbers)) {
        values[name] = field.read();
        if (values[name] !== null) continue;
        if (more.contains(field.element)) more.open = true;
        return field.control.focus();
      }
      return onStart({ ...values, case_set: chosen().id, category: category.control.value, behaviour: behaviour.control.value, model: model.control.value, style: style.control.value, title: title.value });
    }

    function showNote(upload) {
      note.hidden = !upload;
      if (!upload) return;
      note.replaceChildren(h("p", {}, h("b", { text: upload.name }), ` ${plural(upload.kept, "case")} read${upload.problems.length ? `, ${plural(upload.problems.length, "problem")}` : ""}. What a run asks is stored with it, and whoever uses this dashboard can read it: no real patient data, please.`), ...(upload.problems.length ? [h("details", {}, h("summary", {}, icon("next", "turn"), "What was wrong"), h("ul", {}, ...upload.problems.map((text) => h("li", { text }))))] : []));
    }

    return {
      element,
      update,
      settled: hub.done,
      // The server's complaint, at the field that it is about.
      refuse(notice) {
        const field = numbers[notice.field];
        const said = [notice.title, notice.detail].filter(Boolean).join(". ");
        if (field) field.fail(said);
        else {
          problem.hidden = false;
          problem.replaceChildren(icon("bad"), said);
        }
      },
    };
  }

  function select(name, label) {
    const control = h("select", { id: `run-${name}`, "data-testid": `run-${name}` });
    return {
      control,
      element: h("div", { class: "field" }, h("label", { for: control.id, text: label }), control),
      fill(options) {
        const kept = control.value;
        control.replaceChildren(...options.map(([value, text, off]) => h("option", { value, text, disabled: off })));
        control.value = options.some(([value]) => value === kept) ? kept : options.length ? options[0][0] : "";
      },
    };
  }

  function number(name, label, { min, max, step }) {
    const control = h("input", { type: "number", class: "input", id: `run-${name}`, min, max, step, inputmode: step < 1 ? "decimal" : "numeric", "aria-describedby": `run-${name}-error`, "data-testid": `run-${name}` });
    const error = h("p", { class: "field-error", id: `run-${name}-error`, role: "alert", hidden: true });
    const fail = (message) => {
      error.hidden = !message;
      error.textContent = message;
      if (message) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    };
    control.addEventListener("input", () => fail(""));
    return {
      control,
      fail,
      element: h("div", { class: "field" }, h("label", { for: control.id, text: label }), control, error),
      read() {
        const value = Number(control.value);
        const whole = step < 1 || Number.isInteger(value);
        if (control.value.trim() !== "" && Number.isFinite(value) && value >= min && value <= max && whole) return value;
        fail(`${step < 1 ? "A number" : "A whole number"} from ${count(min)} to ${count(max)}.`);
        return null;
      },
    };
  }

  Object.assign(parts, { makeRunForm });
})();
