/** The face: a picture is shown before it is sent, and sent without leaving the page. */

/** @param {HTMLElement} editor */
export function pictures(editor) {
  editor.addEventListener("change", (event) => {
    const file = event.target.matches?.("[data-picture]") && event.target.files[0];
    if (!file) return;
    const face = editor.querySelector("[data-face]");
    const shown = new Image(80, 80);
    shown.alt = "";
    shown.src = URL.createObjectURL(file);
    shown.addEventListener("load", () => {
      face.replaceChildren(shown);
      URL.revokeObjectURL(shown.src);
    });
    shown.addEventListener("error", () => URL.revokeObjectURL(shown.src));
  });
  editor.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-face-form]");
    if (!form) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const headers = { "HX-Request": "true", "X-Madang-CSRF": document.body.dataset.csrf ?? "" };
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("face-place");
      if (!fresh) throw new Error(`${answer.status}`);
      editor.querySelector("#face-place").replaceWith(fresh);
      fresh.querySelector("summary").focus();
    } catch {
      form.submit(); // the page of the error says what is wrong
    }
  });
}
