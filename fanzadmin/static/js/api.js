// The REST API, as the pages of creators and fans ask it.
import { csrfToken } from "./dom.js";
import { t } from "./translations.js";

/** A key that nobody else has: for messages and payments that may be sent twice and count once. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * One call of the API. Resolves to the answer's JSON; rejects with a sentence for the person.
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 */
export const call = async (method, path, body, headers = {}) => {
  let response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method,
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken(), ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new Error(t("You seem to be offline. Nothing happened; try again in a moment."));
  }
  const json = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (response.status === 401) location.href = `/login/?next=${encodeURIComponent(location.pathname)}`;
  if (!response.ok) throw Object.assign(new Error(json.detail || t("That did not work. Try again in a moment.")), { problem: json });
  return json;
};
