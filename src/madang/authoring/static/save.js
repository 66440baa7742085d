/** Saves what is typed soon after it was typed, says so, and never lets go of what could not be saved. */

const SOON = 1_200;
const AT_LAST = 8_000;
const AGAIN = [2_000, 5_000, 15_000, 30_000];
const SMALL = 60_000; // bytes that a browser sends while a page is left

export class Saving {
  /** @param {HTMLElement} editor @param {HTMLFormElement} form @param {import("./kept.js").Kept} kept */
  constructor(editor, form, kept) {
    this.editor = editor;
    this.form = form;
    this.kept = kept;
    this.count = 0; // changes so far
    this.savedCount = 0;
    this.stuck = false; // a refusal stands: the maker decides first
    this.tries = 0;
    /** @type {Promise<boolean> | null} */
    this.running = null;
    /** @type {(() => void)[]} */
    this.listeners = [];
    this.timer = 0;
    this.firstAt = 0;
    for (const one of document.querySelectorAll("[data-theirs]")) one.hidden = false;
    addEventListener("beforeunload", (event) => {
      if (this.dirty && (this.stuck || this.tries)) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
    });
    addEventListener("online", () => this.dirty && !this.stuck && this.now("save"));
  }

  get dirty() {
    return this.count !== this.savedCount;
  }

  /** @param {() => void} listener called after each save */
  then(listener) {
    this.listeners.push(listener);
  }

  /** Something was typed: it is kept at once, and saved soon. */
  changed() {
    this.count += 1;
    this.kept.soon();
    if (this.stuck && this.#conflict) return;
    this.stuck = false;
    this.say(this.editor.dataset.changed);
    this.firstAt ||= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now("save"), Math.max(0, Math.min(SOON, this.firstAt + AT_LAST - Date.now())));
  }

  /**
   * @param {string} then `save`, or `publish`
   * @param {{over?: string, byHand?: boolean}} how what is wrong is pointed at only when it was asked for by hand
   * @returns {Promise<boolean>} whether it was saved
   */
  async now(then, { over, byHand = false } = {}) {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (then === "save" && !this.dirty && !over) {
      if (byHand) this.#saved();
      return true;
    }
    if (!(byHand ? this.form.reportValidity() : this.form.checkValidity())) {
      this.stuck = true;
      this.say(this.editor.dataset.kept);
      return false;
    }
    this.running = this.#send(then, over);
    const done = await this.running;
    this.running = null;
    return done;
  }

  /** @param {string} newest writes over a change that was made meanwhile, because the maker said so */
  over(newest) {
    this.stuck = false;
    return this.now("save", { over: newest });
  }

  /** Shows the other change; one's own text is offered again on the page that opens. */
  theirs() {
    this.kept.write();
    this.savedCount = this.count;
    this.stuck = false;
    location.reload();
  }

  /** The page is left: what is not saved is sent on the way, or stays in this browser. */
  leave() {
    if (!this.dirty || this.stuck || this.running) return;
    this.kept.write();
    const body = this.#body("save");
    let size = 0;
    for (const [name, value] of body) size += name.length + 3 * String(value).length + 120;
    if (size < SMALL) this.now("save");
  }

  /** @param {string} words */
  say(words) {
    const said = this.#bar.querySelector("[data-words]");
    if (said && said.textContent !== words) said.textContent = words;
  }

  get #bar() {
    return /** @type {HTMLElement} */ (document.querySelector("[data-bar]"));
  }

  get #conflict() {
    return this.#bar.querySelector("[data-over]") !== null;
  }

  /** @param {string} then @param {string} [over] */
  #body(then, over) {
    const body = new FormData(this.form);
    body.set("then", then);
    if (over) body.set("over", over);
    return body;
  }

  /** @param {string} then @param {string} [over] */
  async #send(then, over) {
    const sent = this.count;
    this.firstAt = 0;
    this.say(this.editor.dataset.saving);
    const body = this.#body(then, over);
    try {
      const headers = { "HX-Request": "true", "X-Madang-CSRF": document.body.dataset.csrf ?? "" };
      const answer = await fetch(this.form.action, { method: "POST", body, headers });
      const html = await answer.text();
      if (answer.status >= 500 && answer.status !== 507) throw new Error(`${answer.status}`);
      this.#show(html);
      this.tries = 0;
      if (!answer.ok) {
        this.stuck = true;
        this.kept.write();
        this.say(this.editor.dataset.kept);
        return false;
      }
    } catch {
      return this.#later(then);
    }
    this.stuck = false;
    this.savedCount = sent;
    if (!this.dirty) this.kept.forget();
    if (this.dirty) this.say(this.editor.dataset.changed);
    else if (then === "save") this.#saved();
    for (const listener of this.listeners) listener();
    return true;
  }

  #saved() {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    this.say(this.editor.dataset.saved.replace("{time}", time));
  }

  /** The studio did not answer: the text is kept, and sent again by itself. @param {string} then */
  #later(then) {
    this.kept.write();
    this.say(this.editor.dataset.lost);
    if (then === "save") this.timer = setTimeout(() => this.now("save"), AGAIN[Math.min(this.tries, AGAIN.length - 1)]);
    this.tries += 1;
    return false;
  }

  /** Exchanges the pieces of the bar, but never one in which something is being typed. @param {string} html */
  #show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-bar]");
    const bar = this.#bar;
    if (!fresh) throw new Error("not the state of a draft");
    const published = fresh.dataset.said === "published";
    for (const piece of bar.querySelectorAll("[data-piece]")) {
      const next = fresh.querySelector(`[data-piece="${piece.dataset.piece}"]`);
      const open = piece.querySelector("[data-publish][open]");
      if (!next || (open && !published) || (piece.contains(document.activeElement) && !published && piece.dataset.piece === "publish")) continue;
      piece.replaceWith(next);
    }
    bar.dataset.seen = fresh.dataset.seen;
    for (const one of bar.querySelectorAll("[data-theirs]")) one.hidden = false;
    if (published) bar.querySelector("[data-save]").focus();
  }
}
