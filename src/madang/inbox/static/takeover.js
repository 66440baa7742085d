/** A conversation that its maker reads live: news come as events, and the moving part is asked for anew. */

const box = /** @type {HTMLElement} */ (document.querySelector("[data-live]"));
const told = /** @type {HTMLElement} */ (document.querySelector("[data-told]"));
const base = /** @type {string} */ (box.dataset.live);
let asking = 0;
/** @type {EventSource | undefined} */
let events;

const moving = () => /** @type {HTMLElement} */ (box.firstElementChild);
const field = () => /** @type {HTMLTextAreaElement | null} */ (box.querySelector("textarea"));

/** Whether the end is in sight: only then does the page follow. */
const following = () => moving().getBoundingClientRect().bottom < innerHeight + 120;
const toTheEnd = () => moving().scrollIntoView({ block: "end" });

/** Put a new moving part in place; what is being written stays. @param {string} html @param {boolean} keep */
function put(html, keep) {
  const before = field();
  const written = keep ? (before?.value ?? "") : "";
  const [start, end] = [before?.selectionStart ?? 0, before?.selectionEnd ?? 0];
  const writing = before !== null && document.activeElement === before;
  const follow = following();
  const last = box.querySelectorAll(".inbox-thread > li").length;
  box.innerHTML = html;
  const now = field();
  if (now && written) now.value = written;
  if (now && writing) {
    now.focus({ preventScroll: true });
    now.setSelectionRange(start, end);
  }
  const lines = box.querySelectorAll(".inbox-thread > li");
  if (lines.length > last) told.textContent = lines[lines.length - 2]?.textContent?.trim() ?? "";
  if (follow) toTheEnd();
}

/** Ask for the moving part; of several at once only the last counts, and one that fails is asked for again.
 * @param {boolean} keep */
async function refresh(keep = true) {
  const mine = ++asking;
  const found = await part().catch(() => null);
  if (mine !== asking) return;
  if (found === null) setTimeout(() => mine === asking && void refresh(keep), 1_000);
  else if (found.status === 404) gone();
  else put(found.html, keep);
}

/** The moving part as it is now. @returns {Promise<{status: number, html: string}>} throws when there is none */
async function part() {
  const response = await fetch(`${base}/live`, { headers: { Accept: "text/html", "HX-Request": "true" } });
  if (!response.ok && response.status !== 404) throw new Error(`${response.status}`);
  return { status: response.status, html: await response.text() };
}

function gone() {
  events?.close();
  complain(box.dataset.deleted ?? "");
  box.querySelector("[data-desk]")?.remove();
}

/** @param {string} sentence */
function complain(sentence) {
  box.querySelector("[data-complaint]")?.remove();
  if (!sentence) return;
  const line = document.createElement("p");
  line.className = "alert";
  line.setAttribute("role", "alert");
  line.dataset.complaint = "";
  line.textContent = sentence;
  (box.querySelector("[data-desk]") ?? moving()).before(line);
}

function listen() {
  events = new EventSource(`${base}/events?since=${moving().dataset.revision ?? 0}`);
  const news = () => void refresh();
  for (const name of ["joined", "said", "back", "changed"]) events.addEventListener(name, news);
  events.addEventListener("here", () => complain(""));
  events.addEventListener("deleted", gone);
  events.addEventListener("error", () => {
    if (events?.readyState === EventSource.CLOSED) complain(box.dataset.lost ?? "");
    if (events?.readyState === EventSource.CLOSED) setTimeout(listen, 4000);
  });
}

/** Sends a form as it stands; a refusal says why, and nothing is lost. @param {HTMLFormElement} form */
async function send(form) {
  const area = form.matches("[data-say]") ? field() : null;
  const words = area?.value ?? "";
  if (area && !words.trim()) return;
  const button = form.querySelector("button");
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  const pending = area ? shownAtOnce(words) : null;
  if (area) area.value = "";
  if (button) button.disabled = true;
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(sentence(await response.text()));
    await refresh();
  } catch (error) {
    pending?.remove();
    if (area) area.value = words;
    const said = error instanceof TypeError ? box.dataset.lost : error instanceof Error ? error.message : "";
    await refresh();
    complain(said || (box.dataset.lost ?? ""));
  } finally {
    if (button) button.disabled = false;
    field()?.focus({ preventScroll: true });
  }
}

/** The person's words, before the studio has them. @param {string} words @returns {HTMLElement} */
function shownAtOnce(words) {
  const line = document.createElement("li");
  line.className = "persons sending";
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.textContent = words;
  line.append(bubble);
  document.getElementById("latest")?.before(line);
  toTheEnd();
  return line;
}

/** What a page of an error says. @param {string} html */
function sentence(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector("[role=alert], h1")?.textContent?.trim() ?? "";
}

box.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-say], [data-does]")) return;
  event.preventDefault();
  void send(form);
});
box.addEventListener("keydown", (event) => {
  // as in the visitor's box; while Hangul is being composed, Enter only ends the syllable
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  const box = /** @type {HTMLElement} */ (event.target);
  const form = box.closest("form");
  if (!box.matches("textarea") || !form?.matches("[data-say]")) return;
  event.preventDefault();
  form.requestSubmit();
});
addEventListener("pagehide", () => events?.close());
if (!location.hash) void document.fonts.ready.then(toTheEnd);
listen();
