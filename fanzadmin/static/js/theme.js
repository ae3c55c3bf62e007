// Runs before the first paint (a classic script in <head>), so that nothing flashes.
(() => {
  const root = document.documentElement;
  /** @param {string} key */
  const stored = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const theme = stored("fanz.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (stored("fanz.nav") === "rail") root.dataset.nav = "rail";
  root.classList.add("js");
  // Until the page's modules listen, controls that need them take no click that would be lost.
  root.dataset.starting = "";
  // Nor are Ctrl-K and what is typed after it: the palette opens with the words (palette.js).
  /** @type {string | null} */
  let words = null;
  /** @param {KeyboardEvent} event */
  const early = (event) => {
    const asks = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    if (!asks && (words === null || event.key.length > 1)) return;
    event.preventDefault();
    words = asks ? "" : words + event.key;
  };
  document.addEventListener("keydown", early, true);
  document.addEventListener("DOMContentLoaded", () => {
    delete root.dataset.starting;
    document.removeEventListener("keydown", early, true);
    if (words !== null) document.dispatchEvent(new CustomEvent("palette:open", { detail: words }));
  });
})();
