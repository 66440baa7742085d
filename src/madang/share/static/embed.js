/**
 * A Madang character on any website: one script tag puts a button there that opens a conversation.
 *
 *   <script src="https://studio.example/embed.js" data-character="sumi" async></script>
 *
 * Further attributes, each over the maker's setting: data-label, data-accent (#rrggbb), data-side (left, right),
 * data-theme (light, dark, auto), data-lang (en, ko), data-open (opens at once).
 * It asks nobody but its own studio, keeps nothing, reads nothing of the page and shares nothing with it: the
 * button is in a shadow root, the conversation in a sandboxed frame.
 */
(() => {
  "use strict";
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const asked = script?.dataset ?? {};
  const slug = asked.character;
  if (!slug) return console.warn("Madang: the script tag needs data-character");
  const studio = new URL(script.src).origin;
  const base = `${studio}/embed/${encodeURIComponent(slug)}`;
  const lang = asked.lang ?? (/^(en|ko)\b/.exec(document.documentElement.lang)?.[1] ?? "");

  const LOOK = `
:host { all: initial; }
:host, button, iframe { font: 600 16px/1.2 system-ui, "Apple SD Gothic Neo", "Noto Sans KR", sans-serif; }
.open {
  position: fixed; z-index: 2147483646; bottom: max(20px, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: 10px;
  min-width: 56px; min-height: 56px; padding: 0 18px; box-sizing: border-box; border: 0; border-radius: 28px; cursor: pointer;
  background: var(--accent); color: var(--on); box-shadow: 0 2px 6px rgb(40 30 20 / .2), 0 10px 30px -8px rgb(40 30 20 / .4);
  transition: transform 140ms ease-out;
}
.open:not(.worded) { padding: 0; justify-content: center; }
.open:hover { transform: translateY(-2px); }
.open:focus-visible { outline: 3px solid var(--on); outline-offset: -6px; }
.open svg { width: 26px; height: 26px; flex: none; }
.panel {
  position: fixed; z-index: 2147483647; bottom: max(20px, env(safe-area-inset-bottom)); width: min(400px, 100vw - 32px);
  height: min(640px, 100dvh - 40px); border: 0; border-radius: 16px; background: #f6f0e4; color-scheme: normal;
  box-shadow: 0 2px 6px rgb(40 30 20 / .14), 0 24px 60px -12px rgb(40 30 20 / .5);
}
.panel.dark { background: #1c1916; }
.right { right: max(20px, env(safe-area-inset-right)); }
.left { left: max(20px, env(safe-area-inset-left)); }
[hidden] { display: none; }
@media (max-width: 480px) { .panel { inset: 0; width: 100%; height: 100dvh; border-radius: 0; } }
@media (prefers-reduced-motion: reduce) { .open { transition: none; } .open:hover { transform: none; } }
@media print { :host { display: none; } }
`;

  /** @param {string} accent @returns {string} ink or paper, whichever can be read on it */
  const inkOn = (accent) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = parseInt(accent.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#1d1916" : "#fffdf8";
  };

  const bubble = () => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", fill: "none", stroke: "currentColor",
      "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) svg.setAttribute(name, value);
    path.setAttribute("d", "M21 11.5a8.4 8.4 0 0 1-12.2 7.5L3 21l2-5.8A8.4 8.4 0 1 1 21 11.5zM8.5 11.5h.01M12.5 11.5h.01M16.5 11.5h.01");
    svg.append(path);
    return svg;
  };

  /** @param {Record<string, string>} settings what the maker chose */
  const show = (settings) => {
    const wish = { ...settings, ...asked };
    const accent = /^#[0-9a-f]{6}$/i.test(wish.accent) ? wish.accent : settings.accent;
    const side = wish.side === "left" ? "left" : "right";
    const host = document.createElement("madang-character");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // not a style element: a strict policy of the website would refuse it
    sheet.replaceSync(LOOK);
    root.adoptedStyleSheets = [sheet];
    host.style.setProperty("--accent", accent);
    host.style.setProperty("--on", inkOn(accent));
    const button = document.createElement("button");
    button.type = "button";
    button.className = `open ${side}${wish.label ? " worded" : ""}`;
    button.setAttribute("aria-label", wish.label ? `${wish.label} – ${settings.open}` : settings.open);
    button.setAttribute("aria-expanded", "false");
    button.append(bubble(), ...(wish.label ? [wish.label] : []));
    root.append(button);
    /** @type {HTMLIFrameElement | null} */
    let frame = null;
    let ready = false;

    const load = () => {
      if (frame) return frame;
      frame = document.createElement("iframe");
      const query = new URLSearchParams({ origin: location.origin, theme: wish.theme, accent });
      if (lang) query.set("lang", lang);
      frame.src = `${base}?${query}`;
      frame.title = settings.open;
      frame.hidden = true;
      frame.className = `panel ${side}${wish.theme === "dark" ? " dark" : ""}`;
      frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals");
      frame.allow = "clipboard-write";
      frame.referrerPolicy = "origin";
      root.append(frame);
      return frame;
    };
    const turn = (/** @type {boolean} */ open) => {
      load().hidden = !open;
      button.hidden = open;
      button.setAttribute("aria-expanded", String(open));
      if (!open) return button.focus();
      frame?.focus();
      // before it has loaded it is nobody's yet: it gets the word when it says that it is there
      if (ready) frame?.contentWindow?.postMessage({ madang: "open" }, studio);
    };

    button.addEventListener("click", () => turn(true));
    // loading begins with the intention, so that the panel is there at the click
    for (const intent of ["pointerenter", "focus", "touchstart"]) button.addEventListener(intent, load, { once: true, passive: true });
    addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== studio) return;
      const word = event.data?.madang;
      if (word === "close" && !frame.hidden) turn(false);
      else if (word === "off" && frame.hidden) host.remove();
      else if (word === "ready") {
        ready = true;
        if (!frame.hidden) frame.contentWindow?.postMessage({ madang: "open" }, studio);
      }
    });
    document.body.append(host);
    if ("open" in asked) turn(true);
  };

  const begin = async () => {
    const answer = await fetch(`${base}/settings${lang ? `?lang=${lang}` : ""}`, { credentials: "same-origin" });
    const settings = answer.ok ? await answer.json() : null;
    if (settings && !settings.off) show(settings);
    else if (!settings) console.warn(`Madang: ${slug} cannot be shown here (${answer.status})`);
  };
  const start = () => begin().catch(() => console.warn("Madang: the studio cannot be reached"));
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start, { once: true });
  else start();
})();
