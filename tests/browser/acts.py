"""What a visitor does on the Explore page, and what they see there."""

from __future__ import annotations

from playwright.sync_api import Page, expect

STORED_MODEL = "stored-run-1"
SERVER_MODEL = "server"


def pick_case(page: Page, case_id: str) -> None:
    page.locator(f'[data-testid="case-item"][data-case="{case_id}"]').click()
    expect(page.locator('[data-testid="case-item"][aria-current="true"]')).to_have_attribute("data-case", case_id)


def choose_model(page: Page, model_id: str) -> None:
    page.get_by_test_id("model-picker").click()
    page.locator("label").filter(has=page.get_by_test_id(f"model-{model_id}")).click()
    expect(page.get_by_test_id(f"model-{model_id}")).to_be_checked()
    page.keyboard.press("Escape")


def generate(page: Page, model_id: str) -> None:
    choose_model(page, model_id)
    page.get_by_test_id("generate").click()


def await_verdict(page: Page, timeout: float = 15_000) -> None:
    """Wait until nothing is being written and the three cards are there."""
    expect(page.get_by_test_id("generate")).to_be_visible(timeout=timeout)
    expect(page.get_by_test_id("outcome")).to_have_count(3, timeout=timeout)


def await_writing(page: Page, text: str) -> None:
    """Wait until the growing trace holds `text`."""
    expect(page.get_by_test_id("live-line")).to_contain_text("Writing")
    expect(page.get_by_test_id("trace")).to_contain_text(text)


def passages(page: Page) -> list[str]:
    """The text under the marks of each citation, in the order of the citations."""
    return page.evaluate(
        """() => {
            const texts = new Map();
            for (const mark of document.querySelectorAll('[data-testid="passage"]')) {
                for (const cite of mark.dataset.cites.split(" ")) {
                    texts.set(Number(cite), (texts.get(Number(cite)) ?? "") + mark.textContent);
                }
            }
            return [...texts].sort((a, b) => a[0] - b[0]).map(([, text]) => text);
        }"""
    )


def painted(page: Page) -> list[str]:
    """The texts that are lit in the context while a trace is being written."""
    return page.evaluate(
        """() => [...CSS.highlights].filter(([name]) => name.startsWith("dipg-")).flatMap(([, highlight]) =>
            [...highlight].map((range) => range.startContainer.data.slice(range.startOffset, range.endOffset)))"""
    )


def open_own_case(page: Page, context: str, question: str, expected: str = "") -> None:
    page.get_by_test_id("own-open").click()
    page.get_by_test_id("own-context").fill(context)
    page.get_by_test_id("own-question").fill(question)
    page.get_by_test_id("own-expected").fill(expected)
    page.get_by_test_id("own-case-submit").click()


def paste_completion(page: Page, text: str) -> None:
    page.get_by_test_id("paste-open").click()
    page.get_by_test_id("paste-completion").fill(text)
    page.get_by_test_id("paste-sheet-submit").click()
