// The head of every page: the name, the way to the other pages, the caveat, and the tools of the page at hand.
(() => {
  "use strict";
  const parts = (window.dipgParts = window.dipgParts || {});
  const { h, icon, button } = parts;

  // Addresses are relative, so that they hold behind a proxy that serves the dashboard under a path of its own.
  const PAGES = [
    ["explore", "Explore", "./"],
    ["evaluate", "Evaluate", "evaluate"],
    ["compare", "Compare", "compare"],
    ["review", "Review", "review"],
    ["method", "Method", "method"],
  ];

  // `page` is the one at hand; `before` stands left of the name, `tools` at the right end.
  function makeMasthead({ page, before, tools }) {
    // A run that is looked at stays the one at hand on the pages that show runs.
    const run = new URLSearchParams(location.search).get("run");
    const query = run ? `?${new URLSearchParams({ run })}` : "";
    const links = PAGES.map(([name, title, path]) => [name, title, ["evaluate", "compare", "review"].includes(name) ? path + query : path]).map(([name, title, href]) => h("li", {}, h("a", { href, text: title, "aria-current": name === page ? "page" : null, "data-testid": `page-${name}` })));
    document.title = `${PAGES.find(([name]) => name === page)[1]} · DIPG Safety Dashboard`;
    return h(
      "header",
      { class: "masthead" },
      button({ words: "Skip to the content", className: "btn skip", "data-testid": "skip-link", onClick: skip }),
      before,
      h("p", { class: "brand" }, icon("brand", "brand-mark"), h("b", { text: "DIPG Safety" })),
      h("nav", { class: "pages", "aria-label": "Pages" }, h("ul", {}, ...links)),
      h("p", { class: "caveat", text: "Research use. Not for clinical use." }),
      loggedIn(),
      h("div", { class: "mast-tools" }, h("span", { class: "tip", "aria-hidden": "true" }), ...(tools || [])),
    );
  }

  // Past the head, and on Explore past the list of cases. A button: a link to a fragment would lead to the base of the
  // page, which is the root's. A page names its place with the attribute; its heading may come and go.
  function skip() {
    const place = document.querySelector("#dipg-root [data-content]") || document.querySelector("#dipg-root h1");
    place.setAttribute("tabindex", "-1");
    place.focus();
  }

  // Who is logged in, where the server has a login: Gradio writes it into the page.
  function loggedIn() {
    const user = (window.gradio_config || {}).username;
    if (!user) return offersHubLogin() && h("p", { class: "mast-user" }, signIn());
    return h("p", { class: "mast-user", "data-testid": "user" }, h("span", { class: "sr", text: "Logged in as " }), h("b", { text: user, title: user }), h("a", { class: "link", href: "logout", text: "Log out", "data-testid": "log-out", on: { click: comeBack } }));
  }

  // Where the server is a Space: it says so in the head of the page, with the address to go to.
  const hubLogin = () => document.querySelector('meta[name="dipg-hub-login"]');
  const offersHubLogin = () => hubLogin() !== null;

  // The hub's own page shows a Space in a frame. There it leads to a tab of its own, to go on in: the hub lets itself be
  // shown in no frame, and many browsers keep the login's cookie from one.
  function signIn(words = "Sign in") {
    const framed = window.parent !== window;
    return h("a", { class: "link", href: hubLogin().content, target: framed && "_blank", rel: framed && "noopener", "data-testid": "sign-in", on: { click: comeBack } }, words, h("span", { class: "with", text: " with Hugging Face" }), framed && h("span", { class: "sr", text: " in a new tab" }));
  }

  // A page changes its address as it is used: what to come back to is known when it is left.
  function comeBack(event) {
    const url = new URL(event.currentTarget.href);
    url.searchParams.set("_target_url", location.pathname + location.search);
    event.currentTarget.href = url.href;
  }

  // Put `text` on the clipboard, and say at the head of the page whether that went well.
  async function copyText(root, masthead, text, announcer) {
    let copied = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      const field = h("textarea", { class: "sr" });
      field.value = text;
      root.append(field);
      field.select();
      copied = document.execCommand("copy");
      field.remove();
    }
    announcer.textContent = copied ? "Link copied." : "The link could not be copied; it stands in the address bar.";
    const tip = masthead.querySelector(".tip");
    tip.textContent = announcer.textContent;
    tip.classList.add("is-on");
    window.setTimeout(() => tip.classList.remove("is-on"), 1800);
  }

  const printButton = () => button({ name: "printer", label: "Print", className: "icon-btn print-btn", onClick: () => window.print() });

  const FOOT = "For research and teaching. Not for clinical use: no verdict on this page replaces a clinician's judgement.";
  const makeFoot = () => h("p", { class: "foot", text: FOOT });

  Object.assign(parts, { makeMasthead, offersHubLogin, signIn, copyText, printButton, makeFoot });
})();
