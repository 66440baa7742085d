/** The side panel that shows the passage behind a citation. Without scripts the link opens the page itself. */

import { piece } from "./stream.js";

/** @param {HTMLElement} talk the conversation */
export function openPassages(talk) {
  const dialog = /** @type {HTMLDialogElement} */ (talk.querySelector("[data-passage]"));
  const body = /** @type {HTMLElement} */ (dialog.querySelector("[data-passage-body]"));
  const said = /** @type {HTMLElement} */ (dialog.querySelector("[data-passage-said]"));
  /** @type {AbortController | null} what is being opened: a page of a document is drawn first, which takes a while */
  let opening = null;

  /** Shows at once that something opens: an empty panel says so in words, a page that is turned fades. */
  function wait() {
    const words = dialog.dataset.opening ?? "";
    body.setAttribute("aria-busy", "true");
    if (!dialog.open) {
      const line = document.createElement("p");
      line.className = "passage-opening waiting";
      line.textContent = words;
      body.replaceChildren(line);
      dialog.showModal();
      body.focus(); // the arrow keys scroll it
    }
    said.textContent = words;
  }

  /** What is quoted comes into sight, and is told to who does not see it. */
  function show() {
    body.removeAttribute("aria-busy");
    body.scrollTop = 0;
    const quoted = body.querySelector("[data-quote], tr.marked") ?? body.querySelector("mark");
    const [mark, view] = [quoted?.getBoundingClientRect(), body.getBoundingClientRect()];
    if (mark && (mark.top < view.top || mark.bottom > view.bottom)) quoted?.scrollIntoView({ block: "center" });
    const words = [body.querySelector("h2"), body.querySelector("blockquote mark, tr.marked, mark")];
    said.textContent = words.map((one) => one?.textContent?.replace(/\s+/g, " ").trim()).filter(Boolean).join(": ");
  }

  talk.addEventListener("click", async (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a[data-citation], [data-passage] a[data-leaf]");
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opening?.abort();
    const mine = (opening = new AbortController());
    wait();
    try {
      const { pathname, search } = new URL(link.href);
      const html = await piece(pathname + search, mine.signal);
      if (mine.signal.aborted) return;
      body.innerHTML = html;
    } catch {
      if (!mine.signal.aborted) location.href = link.href;
      return;
    }
    show();
    if (link.matches("[data-leaf]")) (body.querySelector("a[data-leaf]") ?? body).focus({ preventScroll: true });
  });

  dialog.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target === dialog || target.closest("[data-close]")) dialog.close();
  });
  // closed before it was there: what comes late opens nothing
  dialog.addEventListener("close", () => {
    opening?.abort();
    said.textContent = "";
  });
}
