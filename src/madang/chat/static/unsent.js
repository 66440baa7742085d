/** What is written and not sent, kept by this tab for its conversation until it is. */

/** @param {HTMLElement} talk a maker's test is none of those that are found again */
export function unsent(talk) {
  const { slug, test } = talk.dataset;
  const name = () => `madang-unsent ${slug} ${talk.dataset.conversation ?? ""}`;
  let last = name();

  /** @param {(store: Storage) => T} use @returns {T | null} @template T */
  function stored(use) {
    try {
      return test ? null : use(sessionStorage);
    } catch {
      return null; // it may keep nothing here
    }
  }
  return {
    left: () => stored((store) => store.getItem(name())) ?? "",
    /** @param {string} text */
    keep(text) {
      stored((store) => {
        store.removeItem(last); // it has just begun, or was deleted: its name is another
        last = name();
        if (text) store.setItem(last, text);
      });
    },
  };
}
