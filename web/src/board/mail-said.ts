import { upcoming } from '../ui/time';
import type { Closing } from './board';

/** What is said of the mail after an application was ended: when it goes. */
export function mailSaid({ mail }: Pick<Closing, 'mail'>): string {
  return mail ? `. The mail goes ${upcoming(mail.goesAt, Date.now())}` : '';
}
