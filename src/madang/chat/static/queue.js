/** Where a reply stands in the queue before the model, while nothing of it is there yet. */

/** Milliseconds of waiting about which nothing is said. */
const SHORT = 500;

/**
 * Shows how many are served before this reply: after a moment, and from then on at once.
 * The words take the whole place, so whatever comes late is shown to nobody.
 * @param {HTMLElement} article @param {number | null} ahead null when it is its turn
 */
export function queued(article, ahead) {
  const place = /** @type {HTMLElement | null} */ (article.querySelector("[data-queue]"));
  if (!place) return;
  const { next = "", one = "", more = "", ahead: before } = place.dataset;
  place.dataset.ahead = String(ahead);
  place.dataset.words = ahead === null ? "" : ahead === 0 ? next : ahead === 1 ? one : more.replace("{count}", String(ahead));
  const show = () => (place.textContent = place.dataset.words ?? "");
  if (place.textContent) show();
  else if (before === undefined || before === "null") setTimeout(show, SHORT);
}
