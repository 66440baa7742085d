/** Keeps the newest words in sight, and leaves the page alone once the reader scrolls away. */

const NEAR = 72;

/**
 * @param {HTMLElement} thread what scrolls
 * @param {HTMLElement} toEnd the button that leads back to the end
 * @returns {{follow: () => void, jump: () => void}} `follow` after new words, `jump` after one's own message
 */
export function followEnd(thread, toEnd) {
  let following = true;
  const distance = () => thread.scrollHeight - thread.scrollTop - thread.clientHeight;
  const end = () => {
    thread.scrollTop = thread.scrollHeight;
  };
  thread.addEventListener("scroll", () => {
    following = distance() < NEAR;
    toEnd.hidden = following;
  }, { passive: true });
  const jump = () => {
    following = true;
    toEnd.hidden = true;
    end();
  };
  toEnd.addEventListener("click", jump);
  // what is opened at the end of a reply lies below what is seen
  thread.addEventListener("toggle", ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.open) target.scrollIntoView({ block: "nearest" });
  }, { capture: true });
  return {
    jump,
    follow() {
      if (following) end();
      else toEnd.hidden = false;
    },
  };
}
