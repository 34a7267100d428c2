import { Link } from '@tanstack/react-router';
import { buttonClass } from '../ui/button';
import { Message } from '../ui/region';
import { Page } from './page';

/** The same words for what does not exist and for what one may not see. */
export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Message
        title="There is nothing here"
        actions={
          <Link to="/jobs" className={buttonClass('plain')}>
            Go to the jobs
          </Link>
        }
      >
        The address may be mistyped, or what it names may have been removed, or not be for you.
      </Message>
    </Page>
  );
}
