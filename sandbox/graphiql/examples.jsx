// A pane of GraphiQL with operations to try first.

import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';

import { LIVE_EXAMPLES, LOOK_UP } from './live-examples.js';

function Icon() {
  return (
    <svg viewBox="0 0 24 24" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round">
      <path d="M12 3 9.6 9.6 3 12l6.6 2.4L12 21l2.4-6.6L21 12l-6.6-2.4Z" />
    </svg>
  );
}

/** The plugin; each example opens in a tab of its own. `ask` sends a query as the chosen user. */
export function examplesPlugin(examples, ask) {
  async function variablesOf({ variables }) {
    if (!variables) return '';
    const { data } = await ask(LOOK_UP);
    return JSON.stringify(variables(data), null, 2);
  }

  function Content() {
    const { addTab, stop } = useGraphiQLActions();
    const { queryEditor, variableEditor } = useGraphiQL(({ queryEditor, variableEditor }) => ({
      queryEditor,
      variableEditor,
    }));
    async function open(example) {
      const variables = await variablesOf(example);
      stop(); // A subscription would go on into the new tab.
      addTab();
      queryEditor.setValue(example.query);
      variableEditor.setValue(variables);
    }
    return (
      <section aria-label="Examples">
        <h2 className="graphiql-doc-explorer-title">Examples</h2>
        <ul className="explore-examples">
          {[...examples, ...LIVE_EXAMPLES].map((example) => (
            <li key={example.title}>
              <button type="button" className="graphiql-button" onClick={() => open(example)}>
                {example.title}
              </button>
            </li>
          ))}
        </ul>
      </section>
    );
  }
  return { title: 'Examples', icon: Icon, content: Content };
}
