/**
 * The side panel that shows the passage behind a citation. Without scripts the link opens the page itself.
 * While it is open there is one entry more in the browser's history, which names the passage: Back closes it.
 */

import { piece, Unshown } from "./stream.js";

/** Milliseconds in which the browser has gone back. */
const BACK = 500;

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

  /** @param {string} sentence in place of a passage */
  function tell(sentence) {
    body.removeAttribute("aria-busy");
    const line = document.createElement("p");
    line.className = "passage-missing";
    line.textContent = sentence;
    body.replaceChildren(line);
    said.textContent = sentence;
  }

  /** @param {string} path of a passage @param {boolean} [turned] whether a page of it is turned */
  async function open(path, turned = false) {
    opening?.abort();
    const mine = (opening = new AbortController());
    wait();
    try {
      const html = await piece(path, mine.signal);
      if (mine.signal.aborted) return;
      body.innerHTML = html;
    } catch (error) {
      const { gone = "", failed = "" } = dialog.dataset;
      if (!mine.signal.aborted) tell(error instanceof Unshown && error.status === 404 ? gone : failed);
      return;
    }
    show();
    if (turned) /** @type {HTMLElement} */ (body.querySelector("a[data-leaf]") ?? body).focus({ preventScroll: true });
  }

  /** @type {Promise<void> | null} the way back from the entry of a panel that was closed */
  let leaving = null;

  function leave() {
    if (!history.state?.passage) return;
    leaving = new Promise((left) => {
      addEventListener("popstate", () => left(), { once: true });
      setTimeout(left, BACK);
    }).then(() => void (leaving = null));
    history.back();
  }

  talk.addEventListener("click", async (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a[data-citation], [data-passage] a[data-leaf]");
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { pathname, search } = new URL(link.href);
    const turned = dialog.open;
    open(pathname + search, turned);
    await leaving;
    if (!dialog.open) return;
    const state = { ...history.state, passage: pathname + search };
    if (turned) history.replaceState(state, "");
    else history.pushState(state, "");
  });

  addEventListener("popstate", () => {
    if (leaving) return;
    if (history.state?.passage) open(history.state.passage);
    else dialog.close();
  });
  if (history.state?.passage) open(history.state.passage);

  dialog.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target === dialog || target.closest("[data-close]")) dialog.close();
  });
  // closed before it was there: what comes late opens nothing
  dialog.addEventListener("close", () => {
    opening?.abort();
    said.textContent = "";
    leave();
  });
}
