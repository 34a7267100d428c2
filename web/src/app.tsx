import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { type Services, ServicesProvider } from './api/context';
import type { AppRouter } from './routes';
import { SignInPage } from './shell/sign-in-page';
import { useViewer, ViewerGate } from './shell/viewer';

export function App({ services, router }: { readonly services: Services; readonly router: AppRouter }) {
  const state = useSyncExternalStore(services.session.subscribe, services.session.state);
  if (state.kind === 'starting') return null;
  if (state.kind === 'signed-out') return <SignInPage session={services.session} problem={state.problem} />;
  return (
    <ServicesProvider value={services}>
      <QueryClientProvider client={services.cache}>
        <ViewerGate>
          <Screens router={router} />
        </ViewerGate>
      </QueryClientProvider>
    </ServicesProvider>
  );
}

function Screens({ router }: { readonly router: AppRouter }) {
  const viewer = useViewer();
  return <RouterProvider router={router} context={{ viewer }} />;
}
