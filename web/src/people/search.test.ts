import { expect, test } from 'vitest';
import { problemsOf } from '../api/errors';
import { aboutProject } from './search';

function refused(...paths: readonly string[]) {
  const problems = paths.map((path) => ({ path, message: 'is wrong' }));
  return problemsOf(
    [{ message: 'wrong', path: ['searchPeople'], extensions: { code: 'BAD_REQUEST', problems } }],
    null,
  );
}

test('a search is refused for its project only if that is what the refusal names', () => {
  expect(aboutProject(refused('filter.all.0.project.0'))).toBe(true);
  expect(aboutProject(refused('filter.all.1.not.project'))).toBe(true);
  expect(aboutProject(refused('filter.diversity'))).toBe(false);
  expect(aboutProject(refused('filter.all.0.project', 'text'))).toBe(false);
  expect(aboutProject(refused())).toBe(false);
  expect(aboutProject(problemsOf([{ message: 'the project is unknown' }], null))).toBe(false);
});
