// The service: what is asked of it, and its errors with what to do next.

const KEY = "kgqa-api-key";

/** What went wrong, for people: a title, a detail and a next step. */
export class Problem extends Error {
  constructor(title, detail, { next = "", status = 0, retry = true } = {}) {
    super(detail);
    Object.assign(this, { title, detail, next, status, retry });
  }
}

export function rememberKey(key) {
  sessionStorage.setItem(KEY, key);
}

export function ask(request, signal) {
  return call("ask", { method: "POST", body: JSON.stringify(request), signal });
}

export const examples = () => call("examples");
export const schema = () => call("schema");

async function call(path, options = {}) {
  const headers = { Accept: "application/json" };
  const key = sessionStorage.getItem(KEY);
  if (key) headers["X-API-Key"] = key;
  if (options.body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The service cannot be reached", "Nothing answers at the address of this page.", {
      next: "See whether “kgqa serve” is still running, then try again.",
    });
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  throw problem(response, body);
}

function problem(response, body) {
  const status = response.status;
  const detail = body?.detail ?? `The service answered with status ${status}.`;
  if (status === 401 || status === 403)
    return new Problem("A key is needed", detail, { status, retry: false, next: "Enter the key of this service." });
  if (status === 503 || status === 429) {
    const wait = response.headers.get("Retry-After");
    return new Problem(body?.title ?? "The service is busy", detail, {
      status,
      next: wait ? `Try again in ${wait} s.` : "Try again in a moment.",
    });
  }
  if (status >= 500)
    return new Problem(body?.title ?? "Something went wrong inside the service", detail, {
      status,
      next: "Try again. If it stays, the log of the service says why.",
    });
  return new Problem(body?.title ?? "This cannot be asked", detail, { status, retry: false, next: "Change the question." });
}
