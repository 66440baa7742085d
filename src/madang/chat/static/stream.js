/** Every request of a conversation, and the events that come back. Nothing else of this room asks the studio. */

/**
 * Where and as whom to ask: `data-base` before every address, and for a page without cookies a token in a
 * header of its own (`data-token`, `data-token-header`). They stand on `<body>`; the token may be changed while
 * the page is open.
 * @param {string} path of the studio, from `/` @returns {string}
 */
export const address = (path) => (document.body.dataset.base ?? "") + path;

/** @param {Record<string, string>} more @returns {RequestInit} */
function asMyself(more) {
  const { csrf, token, tokenHeader } = document.body.dataset;
  if (token === undefined) return { headers: { ...more, "X-Madang-CSRF": csrf ?? "" } };
  return { headers: { ...more, [tokenHeader ?? "Authorization"]: token }, credentials: "omit" };
}

/** A refusal or failure with a sentence for the person. */
export class Refused extends Error {
  /** @param {string} sentence @param {number} status */
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

/** A piece of a page that did not come. */
export class Unshown extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`${status}`);
    this.status = status;
  }
}

/**
 * @param {string} path
 * @param {{method?: string, body?: unknown, signal?: AbortSignal, keepalive?: boolean}} options
 * @returns {Promise<Response>} a response that is ok; throws Refused, or TypeError when nothing was reached
 */
export async function send(path, { method = "POST", body, signal, keepalive } = {}) {
  const response = await fetch(address(path), {
    ...asMyself({ "Content-Type": "application/json" }),
    method,
    signal,
    keepalive,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.ok) return response;
  let sentence = "";
  try {
    sentence = (await response.json()).error.message;
  } catch {
    sentence = `${response.status} ${response.statusText}`;
  }
  throw new Refused(sentence, response.status);
}

/** A piece of a page, drawn and escaped by the studio. @param {string} path @param {AbortSignal} [signal] @returns {Promise<string>} */
export async function piece(path, signal) {
  const response = await fetch(address(path), { ...asMyself({ "HX-Request": "true", Accept: "text/html" }), signal });
  if (!response.ok) throw new Unshown(response.status);
  return response.text();
}

/**
 * Server-sent events of a response, each as soon as its blank line has arrived.
 * @param {Response} response
 * @returns {AsyncGenerator<{event: string, data: any}>}
 */
export async function* events(response) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let held = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      held += decoder.decode(value, { stream: true });
      for (let end = held.indexOf("\n\n"); end >= 0; end = held.indexOf("\n\n")) {
        const read = parse(held.slice(0, end));
        held = held.slice(end + 2);
        if (read) yield read;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** @param {string} block one event without its blank line */
function parse(block) {
  let event = "message";
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  if (!data.length) return null;
  const text = data.join("\n");
  try {
    return { event, data: JSON.parse(text) };
  } catch {
    return { event, data: text };
  }
}

/**
 * How replies are asked for: with rendered, safe HTML along with the words, and so that they go on for seconds
 * without a reader: a page that is loaded again follows the reply it left.
 */
const SHOWN = "html=1&stay=5";

/** The studio's addresses. */
export const api = {
  /** @param {{character: string, test: boolean, greeting: number, channel?: string}} body @returns {Promise<string>} the id of a new conversation */
  async start(body) {
    return (await (await send("/api/conversations", { body })).json()).id;
  },
  /** Begins and says in one request; `accepted` names the conversation. @param {{character: string, test: boolean, greeting: number, channel?: string}} body @param {{message: string, turn: string}} said @param {AbortSignal} signal */
  begin: ({ character, ...body }, said, signal) =>
    send(`/api/characters/${encodeURIComponent(character)}/turns?${SHOWN}`, { body: { ...body, ...said }, signal }),
  /** @param {string} conversation @param {{message: string, turn: string}} said @param {AbortSignal} signal */
  say: (conversation, said, signal) => send(`/api/conversations/${conversation}/turns?${SHOWN}`, { body: said, signal }),
  /** A reply that is being made already, from its beginning. @param {string} turn @param {AbortSignal} signal */
  follow: (turn, signal) => send(`/api/turns/${turn}/events?${SHOWN}`, { method: "GET", signal }),
  /** @param {string} turn @param {AbortSignal} signal */
  turn: async (turn, signal) => (await send(`/api/turns/${turn}`, { method: "GET", signal })).json(),
  /** @param {string} turn @param {string} message @param {AbortSignal} signal */
  edit: (turn, message, signal) => send(`/api/turns/${turn}/edit?${SHOWN}`, { body: { message }, signal }),
  /** @param {string} turn @param {AbortSignal} signal */
  regenerate: (turn, signal) => send(`/api/turns/${turn}/regenerate?${SHOWN}`, { body: {}, signal }),
  /** @param {string} turn */
  stop: (turn) => send(`/api/turns/${turn}/stop`, { keepalive: true }),
  /** @param {string} turn @param {number} [version] the shown one when left out */
  show: (turn, version) => send(`/api/turns/${turn}/show`, { body: { version: version ?? null } }),
  /** @param {string} conversation */
  remove: (conversation) => send(`/api/conversations/${conversation}`, { method: "DELETE" }),
  /** @param {string} reply @param {number} thumb -1, 0 or 1 @param {string} why */
  rate: (reply, thumb, why) => send(`/api/replies/${reply}/thumb`, { method: "PUT", body: { thumb, why } }),
  /** @param {string} conversation @param {string} since the revision the page shows @param {AbortSignal} signal */
  news: (conversation, since, signal) =>
    send(`/api/conversations/${conversation}/events?since=${since}`, { method: "GET", signal }),
};
