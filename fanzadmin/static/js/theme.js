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
  root.dataset.starting = ""; // until app.js listens: a control that needs it takes no click that would be lost
})();
