// Runs before the first paint (a classic script in <head>), so that nothing flashes.
(() => {
  const root = document.documentElement;
  const stored = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const theme = stored("fanz.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (stored("fanz.nav") === "rail") root.dataset.nav = "rail";
  root.classList.add("js");
  // Until the page's modules listen, controls that need them take no click that would be lost.
  root.dataset.starting = "";
  document.addEventListener("DOMContentLoaded", () => { delete root.dataset.starting; });
})();
