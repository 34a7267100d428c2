import { expect, test } from 'vitest';
import { problemsByPath } from './problems';

test('each problem stands at its field, the first one of each; others stand alone', () => {
  const refused = {
    message: 'several things',
    problems: [
      { path: 'contactPoints.1.value', message: 'must be an address' },
      { path: 'contactPoints.1.value', message: 'is too long' },
      { path: 'lastName', message: 'is too long' },
      { path: 'idempotencyKey', message: 'was used for another request' },
    ],
  };
  expect(problemsByPath(refused, ['lastName', 'contactPoints.0', 'contactPoints.1'])).toEqual({
    'contactPoints.1': 'It must be an address.',
    lastName: 'It is too long.',
    '': 'was used for another request',
  });
  expect(problemsByPath({ message: 'not you' }, ['lastName'])).toEqual({ '': 'not you' });
});
