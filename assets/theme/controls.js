// What is asked of the model: which one, with which settings; Generate and Stop; the line that says what it is doing.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button, plural, count, day } = parts;

  const ACTIVE = new Set(["queued", "loading", "reading", "writing"]);
  const PHASES = { queued: "Waiting", loading: "Loading the model", reading: "Reading the case", writing: "Writing", done: "Done", stopped: "Stopped", failed: "Failed" };

  function makeControls({ send, canRun }) {
    let page = null;
    let chosen = null;
    let busy = false;
    const modelName = h("span", { class: "picker-name" });
    const modelState = h("span", { class: "picker-state" });
    const options = h("div", { role: "radiogroup", "aria-label": "Model", class: "model-options" });
    const picker = popover({ label: "Model", testid: "model-picker", words: [h("span", { class: "picker-label", text: "Model" }), modelName, modelState], content: [options] });
    const settings = makeSettings();
    const tune = popover({ label: "Settings", testid: "settings", words: [icon("tune"), h("span", { class: "tune-words", text: "Settings" })], content: [settings.element] });
    const generate = button({ name: "play", words: "Generate", className: "btn primary run", "data-testid": "generate", "aria-keyshortcuts": "g", onClick: start });
    const stop = button({ name: "stop", words: "Stop", className: "btn stop run", "data-testid": "stop", "aria-keyshortcuts": "s Escape", onClick: halt });
    stop.hidden = true;
    const element = h("div", { class: "controls", "data-testid": "controls" }, picker.element, tune.element, h("div", { class: "run-slot" }, generate, stop));

    function start() {
      if (busy || generate.disabled) return;
      const values = settings.read();
      if (!values) return tune.open();
      send("generate", { model: chosen, ...values });
      setBusy(true);
    }

    function halt() {
      if (!busy || stop.disabled) return;
      stop.disabled = true;
      send("stop", {});
    }

    function setBusy(on) {
      if (busy === on) return;
      const focused = document.activeElement === generate || document.activeElement === stop;
      busy = on;
      generate.hidden = on;
      stop.hidden = !on;
      stop.disabled = false;
      if (focused) (on ? stop : generate).focus({ preventScroll: true });
    }

    // While a run is under way the picker says what is known from it; the list itself is refreshed less often.
    function follow(phase) {
      const model = page && page.models.find((entry) => entry.id === chosen);
      const state = { loading: "loading", reading: "ready", writing: "ready" }[phase];
      if (!model || model.stored || !state || model.state === state) return;
      model.state = state;
      drawModels();
    }

    function set(next) {
      const fresh = page === null || page.model !== next.model;
      page = next;
      if (fresh || !page.models.some((model) => model.id === chosen && model.usable)) chosen = page.model;
      settings.set(page.settings, page.notice);
      drawModels();
    }

    function drawModels() {
      const model = page.models.find((entry) => entry.id === chosen);
      modelName.textContent = model ? model.title : "No model";
      modelState.replaceChildren(...(model ? stateWords(model) : []));
      modelState.className = `picker-state is-${model ? stateKey(model) : "unavailable"}`;
      const focused = document.activeElement && options.contains(document.activeElement) ? document.activeElement.value : null;
      options.replaceChildren(...page.models.map(option));
      if (!page.models.length) options.append(h("p", { class: "model-detail", text: "No model is set up. The stored run can still be read." }));
      if (focused !== null) for (const input of options.querySelectorAll("input")) if (input.value === focused) input.focus();
      generate.disabled = !model || !model.usable || !canRun();
      generate.title = model && !model.usable ? model.detail : "";
    }

    function option(model) {
      const input = h("input", { type: "radio", name: "dipg-model", value: model.id, disabled: !model.usable, "data-testid": `model-${model.id}` });
      input.checked = model.id === chosen;
      input.addEventListener("change", () => {
        chosen = model.id;
        drawModels();
      });
      return h(
        "label",
        { class: `model-option is-${stateKey(model)}` },
        input,
        h("span", { class: "model-words" }, h("span", { class: "model-title" }, h("b", { text: model.title }), h("span", { class: `picker-state is-${stateKey(model)}` }, ...stateWords(model))), model.device && h("span", { class: "model-device", text: model.device }), model.detail && h("span", { class: "model-detail", text: model.detail })),
      );
    }

    return { element, set, follow, setBusy, start, stop: halt, isBusy: () => busy, refresh: () => page && drawModels(), closeAll: () => [picker, tune].map((each) => each.close()).some(Boolean) };
  }

  const stateKey = (model) => (model.stored && model.usable ? "stored" : model.state.replace(/\s+/g, "-"));

  function stateWords(model) {
    if (model.stored && model.usable) return [icon("archive"), "stored answers"];
    const share = model.state === "loading" && model.progress !== null && model.progress !== undefined ? ` ${Math.round(model.progress * 100)} %` : "";
    return [h("i", { class: "lamp" }), model.state + share];
  }

  // A disclosure that floats: a button and the panel it opens; closed by Esc, by the button, or by a press elsewhere.
  function popover({ label, testid, words, content }) {
    const panel = h("div", { class: "popover", hidden: true, role: "group", "aria-label": label, "data-testid": `${testid}-panel` }, ...content);
    const toggle = h("button", { type: "button", class: "btn picker", "aria-label": testid === "settings" ? label : null, "aria-expanded": "false", "data-testid": testid }, ...words, icon("down", "chevron"));
    const element = h("div", { class: `pop ${testid}` }, toggle, panel);
    const show = (on) => {
      panel.hidden = !on;
      toggle.setAttribute("aria-expanded", String(on));
    };
    toggle.addEventListener("click", () => show(panel.hidden));
    document.addEventListener("pointerdown", (event) => !panel.hidden && !element.contains(event.target) && show(false));
    element.addEventListener("focusout", (event) => event.relatedTarget && !element.contains(event.relatedTarget) && show(false));
    return {
      element,
      toggle,
      open: () => show(true),
      close() {
        if (panel.hidden) return false;
        const inside = panel.contains(document.activeElement);
        show(false);
        if (inside) toggle.focus();
        return true;
      },
    };
  }

  function makeSettings() {
    const fields = {
      temperature: number("temperature", "Temperature", "0 is greedy: the same words each time.", { min: 0, max: 2, step: 0.1 }),
      max_new_tokens: number("max_new_tokens", "Longest answer, in tokens", "", { min: 16, max: 4096, step: 16 }),
      seed: number("seed", "Seed", "Asked alone, the same seed gives the same answer.", { min: 0, max: 2147483647, step: 1 }),
    };
    const style = h("select", { id: "dipg-style", "data-testid": "setting-style" }, ...[["tags", "Tags (think, proof, answer)"], ["json", "JSON"], ["channels", "Channels (fair to V3)"]].map(([value, text]) => h("option", { value, text })));
    const element = h("div", { class: "settings-form" }, ...Object.values(fields).map((each) => each.element), h("div", { class: "field" }, h("label", { for: "dipg-style", text: "Prompt style" }), style));
    let shown = "";
    return {
      element,
      set(values, notice) {
        const key = JSON.stringify(values);
        if (key !== shown) {
          shown = key;
          for (const [name, entry] of Object.entries(fields)) entry.input.value = String(values[name]);
          style.value = values.style;
        }
        if (notice && fields[notice.field]) fields[notice.field].fail(`${notice.title} ${notice.detail}`.trim());
      },
      read() {
        const values = { style: style.value };
        let good = true;
        for (const [name, entry] of Object.entries(fields)) {
          values[name] = entry.read();
          if (values[name] === null) good = false;
        }
        return good ? values : null;
      },
    };
  }

  function number(name, label, hint, { min, max, step }) {
    const id = `dipg-${name}`;
    const input = h("input", { type: "number", class: "input", id, min, max, step, inputmode: step < 1 ? "decimal" : "numeric", "aria-describedby": `${id}-error`, "data-testid": `setting-${name}` });
    const error = h("p", { class: "field-error", id: `${id}-error`, role: "alert", hidden: true });
    const fail = (message) => {
      error.hidden = !message;
      error.textContent = message;
      if (message) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    };
    input.addEventListener("input", () => fail(""));
    return {
      input,
      fail,
      element: h("div", { class: "field" }, h("label", { for: id, text: label }), input, hint && h("p", { class: "hint", text: hint }), error),
      read() {
        const value = Number(input.value);
        const whole = step < 1 || Number.isInteger(value);
        if (input.value.trim() !== "" && Number.isFinite(value) && value >= min && value <= max && whole) return value;
        fail(`${step < 1 ? "A number" : "A whole number"} from ${count(min)} to ${count(max)}.`);
        return null;
      },
    };
  }

  // The live line keeps its height whether or not something runs.
  function makeLine() {
    const phase = h("span", { class: "line-phase" });
    const facts = h("span", { class: "line-facts" });
    const bar = h("span", { class: "line-bar", hidden: true, role: "progressbar", "aria-label": "Loading the model" }, h("i", {}));
    const card = h("a", { class: "link line-card", hidden: true, "data-testid": "card-link", text: "Evidence card" });
    const element = h("div", { class: "live-line", "data-testid": "live-line" }, phase, facts, card, bar);
    let last = "";

    function live(state) {
      const { line } = state;
      card.hidden = true;
      const active = ACTIVE.has(state.phase);
      element.className = `live-line is-${state.phase}${active ? " is-active" : ""}`;
      const title = state.phase === "queued" && line.place ? `${plural(line.place, "person", "people")} ahead of you` : state.stored && state.phase === "writing" ? "Replaying a stored run" : PHASES[state.phase];
      if (phase.textContent !== title) phase.replaceChildren(h("i", { class: "lamp" }), title);
      const share = state.phase === "loading" ? line.loaded : null;
      bar.hidden = share === null || share === undefined;
      if (!bar.hidden) {
        bar.firstChild.style.width = `${Math.round(share * 100)}%`;
        bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
      }
      draw([line.model, line.device, active && state.phase !== "writing" ? line.detail : "", ...speeds(line, active), state.stored ? "stored" : ""]);
    }

    function speeds(line, active) {
      const known = (value) => value !== null && value !== undefined;
      return [known(line.ttft) ? `first token ${seconds(line.ttft)}` : "", known(line.rate) ? `${line.rate.toFixed(1)} tokens/s` : "", known(line.tokens) ? plural(line.tokens, "token") : "", line.seconds > 0 && (known(line.ttft) || !active) ? seconds(line.seconds) : ""];
    }

    function result(value) {
      const { completion } = value;
      element.className = `live-line is-result${value.stored ? " is-stored" : ""}`;
      const where = completion.machine ? ` on ${completion.machine}` : "";
      const words = value.stored ? [icon("archive"), h("b", { text: "Stored run" }), `, recorded ${day(completion.started)}${where}`] : [icon("live"), "Live run"];
      phase.replaceChildren(h("span", { class: "origin", "data-testid": "origin" }, ...words));
      const cut = { cancelled: "stopped before its end", length: "cut at the token limit" }[completion.finish];
      draw([completion.model.title || completion.model.name, value.stored ? "" : completion.model.device, cut, ...speeds({ ttft: completion.ttft, rate: completion.rate, tokens: completion.completion_tokens, seconds: completion.seconds }, false)]);
      facts.title = `temperature ${completion.settings.temperature}, ${completion.settings.max_new_tokens} tokens at most, seed ${completion.settings.seed}, prompt ${completion.settings.style}`;
      bar.hidden = true;
      card.hidden = !(value.stored && completion.run);
      if (!card.hidden) card.href = `card/${encodeURIComponent(completion.run)}/${encodeURIComponent(completion.id)}`;
    }

    function draw(list) {
      const shown = list.filter(Boolean);
      const key = shown.join("|");
      if (key === last) return;
      last = key;
      shown.forEach((text, place) => {
        const cell = facts.children[place] || facts.appendChild(h("span", { class: "fact" }));
        if (cell.textContent !== text) cell.textContent = text;
      });
      while (facts.children.length > shown.length) facts.lastChild.remove();
    }

    function idle(words) {
      element.className = "live-line is-idle";
      phase.textContent = words;
      bar.hidden = card.hidden = true;
      draw([]);
    }

    return { element, live, result, idle };
  }

  const seconds = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} s`;

  Object.assign(parts, { makeControls, makeLine, ACTIVE });
})();
