import type { ErrorComponentProps } from '@tanstack/react-router';
import { reasonOf } from '../reason';
import { Failure } from '../ui/region';
import { Page } from './page';

/** A screen that failed, or could not be loaded, as after a new version was deployed. */
export function BrokenScreen({ error }: ErrorComponentProps) {
  return (
    <Page title="This screen does not work">
      <Failure what="This screen cannot be shown" reason={reasonOf(error)} onRetry={() => location.reload()} />
    </Page>
  );
}
