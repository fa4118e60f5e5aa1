// The text of a bot in CodeMirror: problems in the margin, completion, keys.

import { completer } from "./completion.js";

const colours = (cm) => cm.HighlightStyle.define([
  { tag: [cm.tags.propertyName, cm.tags.definition(cm.tags.propertyName)], color: "var(--code-key)" },
  { tag: [cm.tags.string, cm.tags.special(cm.tags.string), cm.tags.content], color: "var(--code-text)" },
  { tag: [cm.tags.number, cm.tags.bool, cm.tags.null, cm.tags.keyword, cm.tags.atom], color: "var(--code-value)" },
  { tag: [cm.tags.comment, cm.tags.lineComment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [cm.tags.punctuation, cm.tags.separator, cm.tags.brace, cm.tags.squareBracket], color: "var(--muted)" },
  { tag: cm.tags.invalid, color: "var(--bad)" },
]);

const looks = (cm) => cm.EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--surface)", color: "var(--text)", fontSize: ".8125rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)", padding: ".5rem 0 4rem" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "0", paddingLeft: ".25rem" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line-at)" },
  ".cm-activeLineGutter": { color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selected)" },
  ".cm-matchingBracket": { backgroundColor: "var(--selected)", outline: "none" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-selectionMatch": { backgroundColor: "var(--busy-soft)" },
  ".cm-node": { backgroundColor: "var(--node-at)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunken)", borderColor: "var(--line)", color: "var(--muted)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad) 1.5px", textUnderlineOffset: "3px" },
  ".cm-lint-marker-error": { content: "\"\"", width: ".55em", height: ".55em", margin: ".45em auto", borderRadius: "50%", backgroundColor: "var(--bad)" },
  ".cm-gutter-lint": { width: "1.1em" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", border: "1px solid var(--line)", borderRadius: "8px", boxShadow: "var(--shadow)", color: "var(--text)", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-tooltip-autocomplete ul li": { padding: ".2rem .5rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "inherit", opacity: ".75", fontStyle: "normal", fontFamily: "var(--font)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { padding: ".5rem .75rem", maxWidth: "22rem", fontFamily: "var(--font)" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)", padding: ".4rem .75rem", maxWidth: "30rem", fontFamily: "var(--font)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panel.cm-search": { padding: ".4rem .6rem", fontFamily: "var(--font)" },
  ".cm-panel.cm-search input:not([type=checkbox])": { width: "auto", minHeight: "1.8rem", padding: ".1rem .4rem" },
  ".cm-panel.cm-search label": { display: "inline-flex", gap: ".3rem", alignItems: "center", fontSize: ".8125rem" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", border: "1px solid var(--strong-line)", borderRadius: "6px", color: "var(--text)" },
});

// A line that is folded goes on below its first word, and not at the margin.
const DEEPEST = 24;
const hanging = (cm) => cm.EditorView.decorations.compute(["doc"], (state) => {
  const marks = [];
  for (let n = 1; n <= state.doc.lines; n += 1) {
    const line = state.doc.line(n);
    const indent = Math.min(line.text.search(/\S|$/), DEEPEST);
    if (indent) marks.push(cm.Decoration.line({ class: `cm-in-${indent}` }).range(line.from));
  }
  return cm.Decoration.set(marks);
});
const hangs = (cm) => cm.EditorView.theme(Object.fromEntries(Array.from({ length: DEEPEST }, (_one, n) => [
  `.cm-line.cm-in-${n + 1}`, { paddingLeft: `calc(6px + ${n + 3}ch)`, textIndent: `-${n + 3}ch` },
])));

// Columns come in characters, the editor counts UTF-16 units.
function place(doc, line, column) {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return at.from + [...at.text].slice(0, column - 1).join("").length;
}

function diagnostics(doc, problems) {
  return problems.map((one) => {
    const from = place(doc, one.line, one.column);
    const to = Math.max(place(doc, one.end_line, one.end_column), from);
    return {
      from, to, severity: "error", source: one.code, message: `${one.message} ${one.mend}`.trim(),
    };
  });
}

const isJson = (text) => /^\s*[{[]/.test(text);

/**
 * An editor in `parent` with `text`. `words` is what can be written, `known()` what the text has
 * by now; `changed`, `moved(line)` and the `keys` (name: function) are told.
 */
export function open(cm, { parent, text, nonce, readOnly, label, words, known, changed, moved, keys }) {
  const language = new cm.Compartment();
  const inside = (json) => (json ? cm.json() : cm.yaml());
  let json = isJson(text);

  const setRange = cm.StateEffect.define();
  const node = cm.StateField.define({
    create: () => cm.Decoration.none,
    update(marks, change) {
      let found = marks.map(change.changes);
      for (const effect of change.effects) {
        if (!effect.is(setRange)) continue;
        const lines = [];
        for (let n = effect.value?.line; n && n <= Math.min(effect.value.end_line, change.state.doc.lines); n += 1) {
          lines.push(cm.Decoration.line({ class: "cm-node" }).range(change.state.doc.line(n).from));
        }
        found = cm.Decoration.set(lines);
      }
      return found;
    },
    provide: (field) => cm.EditorView.decorations.from(field),
  });

  const listen = cm.EditorView.updateListener.of((update) => {
    if (update.docChanged) {
      const now = update.state.doc.toString();
      if (isJson(now) !== json) {
        json = !json;
        queueMicrotask(() => view.dispatch({ effects: language.reconfigure(inside(json)) }));
      }
      changed(now);
    }
    if (update.selectionSet || update.docChanged) {
      moved(update.state.doc.lineAt(update.state.selection.main.head).number);
    }
  });
  const own = Object.entries(keys).map(([key, run]) => ({ key, preventDefault: true, run: () => { run(); return true; } }));
  const twoBlanks = (view) => {
    if (view.state.selection.main.empty) view.dispatch(view.state.replaceSelection("  "));
    else return cm.indentMore(view);
    return true;
  };

  const view = new cm.EditorView({
    parent,
    state: cm.EditorState.create({
      doc: text,
      extensions: [
        cm.EditorView.cspNonce.of(nonce),
        cm.keymap.of([
          ...own,
          { key: "Tab", run: cm.acceptCompletion },
          { key: "Tab", run: twoBlanks, shift: cm.indentLess },
          ...cm.closeBracketsKeymap, ...cm.defaultKeymap, ...cm.searchKeymap, ...cm.historyKeymap,
          ...cm.foldKeymap, ...cm.completionKeymap,
        ]),
        cm.lineNumbers(), cm.foldGutter(), cm.lintGutter(), cm.history(), cm.drawSelection(),
        cm.highlightActiveLine(), cm.highlightActiveLineGutter(), cm.bracketMatching(), cm.closeBrackets(),
        cm.indentOnInput(), cm.indentUnit.of("  "), cm.EditorState.tabSize.of(2), cm.search({ top: true }),
        cm.highlightSelectionMatches(), cm.syntaxHighlighting(colours(cm)), looks(cm), node, listen,
        cm.EditorView.lineWrapping, hanging(cm), hangs(cm),
        language.of(inside(json)),
        cm.autocompletion({ override: [completer(words, known)], icons: false }),
        cm.EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
        readOnly ? [cm.EditorState.readOnly.of(true), cm.EditorView.editable.of(true)] : [],
      ],
    }),
  });

  return {
    text: () => view.state.doc.toString(),
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    tell: (problems) => view.dispatch(cm.setDiagnostics(view.state, diagnostics(view.state.doc, problems))),
    mark: (range) => view.dispatch({ effects: setRange.of(range) }),
    goTo(line, column = 1) {
      const at = place(view.state.doc, line, column);
      view.dispatch({
        selection: { anchor: at },
        effects: cm.EditorView.scrollIntoView(at, { y: "center" }),
      });
      view.focus();
    },
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    focus: () => view.focus(),
  };
}
