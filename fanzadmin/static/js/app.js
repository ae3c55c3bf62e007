// The one module every page loads.
import "./toasts.js";
import "./menu.js";
import "./dialogs.js";
import "./tabs.js";
import "./parts.js";
import "./comments.js";
import "./shell.js";
import "./palette.js";
import "./combobox.js";
import "./lists.js";
import "./finding.js";
import "./forms.js";
import "./inline.js";
import "./arrange.js";
import "./bulk.js";
import "./import.js";
import "./tray.js";
