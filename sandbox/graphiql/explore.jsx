// GraphiQL as one of the demo users: signs in at the sandbox's issuer and sends requests through the sandbox.

import 'graphiql/style.css';
import './explore.css';

import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { getOperationAST } from 'graphql';
import { createClient } from 'graphql-sse';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

import { examplesPlugin } from './examples.jsx';
import { signedIn } from './sign-in.js';

const ENDPOINT = '/explore/graphql';
const SHOWN = 50; // Events of a subscription; GraphiQL alone would show the last one, and several often come at once.

globalThis.MonacoEnvironment = {
  getWorker(_, label) {
    const name = label === 'json' || label === 'graphql' ? label : 'editor';
    return new Worker(`/explore/assets/${name}.worker.js`, { name });
  },
};

/** What GraphiQL sends requests with, as the user that `current` names; `report` hears how each went. */
function fetcherFor(current, report) {
  // What is typed below "Headers" comes last: it may replace the token.
  const headersOf = async ({ headers = {} } = {}) => ({ Authorization: `Bearer ${await signedIn(current())}`, ...headers });

  async function once(request, options) {
    const headers = { 'Content-Type': 'application/json', ...(await headersOf(options)) };
    const began = performance.now();
    const response = await fetch(ENDPOINT, { method: 'POST', headers, body: JSON.stringify(request) });
    const text = await response.text();
    report({
      status: response.status,
      milliseconds: Math.round(performance.now() - began),
      trace: response.headers.get('Trace-Id'),
    });
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }

  function subscribe(request, options) {
    const client = createClient({ url: ENDPOINT, headers: () => headersOf(options), retryAttempts: 0 });
    report(null);
    const newestFirst = [];
    function next(sink, result) {
      newestFirst.unshift(result);
      newestFirst.length = Math.min(newestFirst.length, SHOWN);
      sink.next({ newestFirst });
    }
    return {
      subscribe: (sink) => ({
        unsubscribe: client.subscribe(request, { ...sink, next: (result) => next(sink, result) }),
      }),
    };
  }

  return (request, options) => {
    const operation = options?.documentAST && getOperationAST(options.documentAST, request.operationName);
    return operation?.operation === 'subscription' ? subscribe(request, options) : once(request, options);
  };
}

function Outcome({ outcome }) {
  return (
    <span role="status">
      {outcome && `${outcome.status}, ${outcome.milliseconds} ms`}
      {outcome?.trace && (
        <>
          {' · '}
          <a href={`/traces/${encodeURIComponent(outcome.trace)}`}>its trace</a>
        </>
      )}
    </span>
  );
}

function Explore({ users, examples }) {
  const [email, setEmail] = useState(users[0].email);
  const [outcome, setOutcome] = useState(null);
  // GraphiQL loads the schema again when it gets another fetcher, so that there is one, which reads the choice.
  const [choice] = useState({ email });
  const [fetcher] = useState(() => fetcherFor(() => choice.email, setOutcome));
  const [plugins] = useState(() => {
    const unreported = fetcherFor(() => choice.email, () => {});
    return [HISTORY_PLUGIN, examplesPlugin(examples, (query) => unreported({ query }))];
  });
  useEffect(() => {
    choice.email = email;
  }, [choice, email]);
  return (
    <>
      <p className="explore-bar">
        <label>
          As{' '}
          <select id="user" value={email} onChange={(event) => setEmail(event.target.value)}>
            {users.map((user) => (
              <option key={user.email} value={user.email}>{`${user.name}, ${user.role}`}</option>
            ))}
          </select>
        </label>
        <Outcome outcome={outcome} />
      </p>
      <GraphiQL
        fetcher={fetcher}
        plugins={plugins}
        defaultQuery={examples[0]?.query}
        shouldPersistHeaders={false}
        defaultEditorToolsVisibility="variables"
      >
        <GraphiQL.Logo>{null}</GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

const place = document.getElementById('graphiql');
const response = await fetch('/oidc/users.json');
const root = createRoot(place);
root.render(<Explore users={await response.json()} examples={JSON.parse(place.dataset.examples)} />);
