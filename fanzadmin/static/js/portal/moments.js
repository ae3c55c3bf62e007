// Fields for a moment: typed in the person's own time zone, whose name goes along. The server keeps UTC.
import { $$, required } from "../dom.js";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * A moment as an input of the kind datetime-local has it, in the zone of this browser.
 * @param {Date} at
 */
export const localValue = (at) => {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
};

if (zone) {
  for (const input of /** @type {HTMLInputElement[]} */ ($$("input[data-moment]"))) {
    const field = input.closest(".moment");
    required('input[name="time_zone"]', field).value = zone;
    required("[data-zone]", field).textContent = zone;
    if (input.dataset.moment) input.value = input.defaultValue = localValue(new Date(input.dataset.moment));
  }
}
