// Boards: puts our colours into Plotly's figures, and passes live hints on to Dash. Runs before Dash's own scripts.
// A figure names a token ("--series-1", or "--series-1/20" for a fifth of it); the page knows what it is, light or dark.
(() => {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);

  /** @param {string} words */
  const colour = (words) => {
    const [token, percent] = words.split("/");
    probe.style.color = `var(${token})`;
    const solid = getComputedStyle(probe).color;
    if (!percent) return solid;
    const [red, green, blue] = solid.match(/[\d.]+/g) ?? [];
    return `rgba(${red}, ${green}, ${blue}, ${Number(percent) / 100})`;
  };

  /** @param {any} part */
  /** @type {(part: any) => any} */
  const painted = (part) => {
    if (typeof part === "string") return part.startsWith("--") ? colour(part) : part;
    if (Array.isArray(part)) return part.map(painted);
    if (part && typeof part === "object") return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, painted(value)]));
    return part;
  };

  window.dash_clientside = {
    ...window.dash_clientside,
    fanz: { paint: (/** @type {object} */ figure) => (figure ? painted(figure) : window.dash_clientside.no_update) },
  };

  /** @param {string} store */
  const notifyDash = (store) => window.dash_clientside.set_props?.(store, { data: Date.now() });
  new MutationObserver(() => notifyDash("theme")).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => notifyDash("theme"));

  // Dash calls its radio buttons options of a list box. They are radio buttons in a fieldset: nothing more is to say.
  const removeRoles = () => {
    for (const node of document.querySelectorAll(".segments[role], .segments :is([role], [aria-selected])")) {
      node.removeAttribute("role");
      node.removeAttribute("aria-selected");
    }
  };
  const changes = { subtree: true, childList: true, attributeFilter: ["role", "aria-selected"] };
  const entry = document.querySelector("#react-entry-point");
  if (entry) new MutationObserver(removeRoles).observe(entry, changes);

  const hint = /** @type {HTMLElement} */ (document.querySelector("[data-board-hint]"))?.dataset.boardHint;
  if (hint) for (const event of [`live:${hint}`, "live:resume"]) document.addEventListener(event, () => notifyDash("hint"));
})();
