// The only place that constructs: session, client, cache, router.

import './tokens.css';
import './ui/base.css';
import { QueryClient } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ApiClient } from './api/client';
import { ApiError } from './api/errors';
import { Live } from './api/live';
import { App } from './app';
import { createAppRouter } from './routes';
import { Session } from './session/session';
import { applyPreferences, loadPreferences } from './settings/preferences';

applyPreferences(loadPreferences());

const session = new Session();
const api = new ApiClient(session);
const live = new Live(session, api);
const cache = new QueryClient({
  defaultOptions: {
    queries: {
      // What is shown is followed live or reloaded on focus; within this time a screen opens from the cache.
      staleTime: 15_000,
      retry: (failures, problem) => !(problem instanceof ApiError) && failures < 3,
      networkMode: 'always',
    },
  },
});
const router = createAppRouter();

const place = document.getElementById('app');
if (!place) throw new Error('index.html has no #app');
createRoot(place).render(<App services={{ session, api, live, cache }} router={router} />);
void session.start();
