/** What every page does: the light switch, and the token that htmx sends along. */

const root = document.documentElement;

/** @param {"light" | "dark"} theme */
function wear(theme) {
  root.dataset.theme = theme;
  document.cookie = `madang_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
}

document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
  const dark = root.dataset.theme === "dark"
    || (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  wear(dark ? "light" : "dark");
});

// On a phone the places stand in a line that is scrolled: the one where we are comes into sight.
function showHere() {
  for (const here of document.querySelectorAll(".top [aria-current], .tabs [aria-current]")) {
    const line = /** @type {HTMLElement} */ (here.closest("nav"));
    const beyond = here.getBoundingClientRect().right - line.getBoundingClientRect().right;
    if (beyond > 0) line.scrollLeft += beyond;
  }
}
showHere();

// A line that goes on beyond its edges fades out there.
for (const line of document.querySelectorAll(".top nav, .tabs")) {
  const look = () => {
    line.toggleAttribute("data-before", line.scrollLeft > 1);
    line.toggleAttribute("data-after", line.scrollLeft + line.clientWidth < line.scrollWidth - 1);
  };
  line.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(line);
}

// htmx 4 hands over the request before it is sent; every unsafe one carries the page's token.
document.addEventListener("htmx:config:request", (event) => {
  const request = /** @type {CustomEvent} */ (event).detail.ctx.request;
  request.headers["X-Madang-CSRF"] = document.body.dataset.csrf ?? "";
});

// Makers see how many questions wait, once a page and never in their way.
const count = /** @type {HTMLElement | null} */ (document.querySelector("[data-inbox-count]"));
if (count) {
  const ask = async () => {
    const answer = await fetch("/api/inbox/count", { headers: { accept: "application/json" } }).catch(() => null);
    const open = answer?.ok ? (await answer.json()).open : 0;
    count.hidden = !open;
    count.textContent = open > 99 ? "99+" : String(open || "");
    if (open) showHere(); // the number moves what stands after it
  };
  (window.requestIdleCallback ?? ((later) => setTimeout(later, 200)))(ask);
}
