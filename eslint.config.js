import js from "@eslint/js";
import globals from "globals";

const OURS = ["fanzadmin/static/js/**/*.js", "tests/javascript/**/*.js", "eslint.config.js"];

export default [
  { files: OURS, ...js.configs.recommended },
  {
    files: OURS,
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "consistent-return": "error",
      "default-case-last": "error",
      "dot-notation": "error",
      eqeqeq: ["error", "smart"],
      "no-alert": "error",
      "no-array-constructor": "error",
      "no-constructor-return": "error",
      "no-else-return": "error",
      "no-eval": "error",
      "no-implicit-globals": "error",
      "no-implied-eval": "error",
      "no-lonely-if": "error",
      "no-new-func": "error",
      "no-param-reassign": "error",
      "no-promise-executor-return": ["error", { allowVoid: true }],
      "no-self-compare": "error",
      "no-shadow": "error",
      "no-unmodified-loop-condition": "error",
      "no-unneeded-ternary": "error",
      "no-unused-expressions": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }],
      "no-useless-rename": "error",
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-object-spread": "error",
      "prefer-template": "error",
    },
  },
  { files: ["fanzadmin/static/js/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["fanzadmin/static/js/theme.js", "fanzadmin/static/js/boards.js"], languageOptions: { sourceType: "script" } }, // classic scripts
  { files: ["tests/javascript/**/*.js", "eslint.config.js"], languageOptions: { globals: globals.nodeBuiltin } },
];
