// What the scripts find in the page that other scripts put there, and the events that they send each other.

interface Window {
  /** The catalogue of another language than English: a sentence leads to its one or two forms. */
  words?: Record<string, string[]>;
  /** Of socket.io-client. */
  io: (namespace: string, options: object) => any;
  /** Of hls.js; any: it ships no types for a classic script. */
  Hls?: any;
  /** Of Dash; any: the same. */
  dash_clientside: any;
}

declare var words: Window["words"];
declare var io: Window["io"];
declare var Hls: Window["Hls"];

/** One background task, as the activity tray and its hints know it. */
interface Task {
  id: string;
  title: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  percent: number;
  message: string;
  url?: string;
  at?: string;
}

/** Somebody who has a record open. */
interface Person {
  user_id: number;
  name: string;
  mode: "show" | "edit";
  face: string;
}

/** Rows of a table that changed. `look`: ask about all that is shown; `many`: more than a hint can name. */
interface RowsHint {
  table: string;
  ids: string[];
  new: string[];
  look: boolean;
  many: boolean;
}

interface DocumentEventMap {
  "live:state": CustomEvent<{ state: "up" | "down" }>;
  "live:task": CustomEvent<Task>;
  "live:notice": CustomEvent<{ message: string; kind?: string; title?: string; url?: string }>;
  "live:presence": CustomEvent<{ record: string; people: Person[] }>;
  "live:rows": CustomEvent<RowsHint>;
  "live:watched": CustomEvent<{ me: number; people: Person[]; behind: boolean }>;
  "live:resume": CustomEvent<void>;
  "live:asset": CustomEvent<unknown>;
  "task:end": CustomEvent<{ id: string; state: string }>;
  "card:moves": CustomEvent<string>;
  "palette:open": CustomEvent<string>;
  "theme:change": CustomEvent<{ dark: boolean }>;
  "part:shown": CustomEvent<void>;
}

// Our pages are HTML: what is found by a selector, or is a copy, is no bare Element or Node.
interface Element {
  closest(selectors: string): HTMLElement | null;
}
interface Node {
  cloneNode(subtree?: boolean): this;
}
interface HTMLFormControlsCollection {
  [name: string]: any;
}
