"""The pages around logging in: the one that stands in for every other as long as nobody is logged in, and the one that
says why signing in did not work."""

from __future__ import annotations

from html import escape

_WORDS = "Research use. Not for clinical use. Your name is kept with each judgement that you give."
_SCRIPT = """
const form = document.querySelector("form");
const wrong = document.getElementById("wrong");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  wrong.textContent = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (answer.ok) return location.reload();
    const told = await answer.json().catch(() => ({}));
    wrong.textContent = answer.status === 429 ? told.detail : "This name and this password do not belong together.";
  } catch (error) {
    wrong.textContent = "The server does not answer.";
  }
  button.disabled = false;
  form.elements.password.value = "";
  form.elements.password.focus();
});
"""


def login_html(up: str) -> str:
    """`up` leads from the address at hand to the root, such as "../../"."""
    root = escape(up)
    form = f"""<p>{escape(_WORDS)}</p>
<form action="{root}login" method="post">
<div class="field"><label for="name">Name</label>
<input class="input" id="name" name="username" autocomplete="username" required autofocus></div>
<div class="field"><label for="password">Password</label>
<input class="input" id="password" name="password" type="password" autocomplete="current-password" required
 aria-describedby="wrong"></div>
<p class="field-error" id="wrong" role="alert"></p>
<button class="btn primary" type="submit">Log in</button>
</form>"""
    return _page("Log in", root, form, f"<script>{_SCRIPT}</script>")


def not_signed_in_html(why: str) -> str:
    """For an address two levels below the root, such as /login/callback."""
    told = f"""<p>You are not signed in with Hugging Face. {escape(why)}</p>
<p><a class="btn primary" href="../login/huggingface?_target_url=%2Freview">Try again</a></p>
<p><a class="link" href="../review">Go on without signing in</a></p>"""
    return _page("Not signed in", "../", told)


def _page(title: str, root: str, inner: str, script: str = "") -> str:
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · DIPG Safety Dashboard</title><link rel="stylesheet" href="{root}dipg/dashboard.css"></head>
<body><div class="dipg"><main class="login panel"><h1>DIPG Safety Dashboard</h1>
{inner}</main></div>{script}</body></html>
"""
