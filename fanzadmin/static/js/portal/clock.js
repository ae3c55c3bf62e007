// Offers the time zone of this device where another one is chosen.

const select = /** @type {HTMLSelectElement | null} */ (document.querySelector("[data-time-zone]"));
const here = /** @type {HTMLElement | null} */ (document.querySelector("[data-here]"));
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (select && here && zone !== select.value && [...select.options].some((option) => option.value === zone)) {
  const button = /** @type {HTMLButtonElement} */ (here.querySelector("button"));
  button.textContent = zone;
  button.addEventListener("click", () => {
    select.value = zone;
    here.hidden = true;
  });
  here.hidden = false;
}
