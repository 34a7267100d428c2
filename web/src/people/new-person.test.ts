import { expect, test } from 'vitest';
import { EMPTY_POINT } from './contact-points';
import { dropPerson, loadPerson, nameOf, nobody, pathOfPoint, personInput, savePerson } from './new-person';

const MAIL = { ...EMPTY_POINT, value: ' ana@example.org ', type: 'Work' };
const PHONE = { ...EMPTY_POINT, kind: 'PHONE' as const, value: '+351 912 345 678' };

function store() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('a person who is being typed is kept with their key until they are saved', () => {
  const kept = store();
  expect(loadPerson('one', kept)).toEqual(nobody('one'));
  const typed = { ...nobody('one'), firstName: 'Ana' };
  savePerson(typed, kept);
  expect(loadPerson('two', kept)).toEqual(typed);
  dropPerson(kept);
  expect(loadPerson('two', kept)).toEqual(nobody('two'));
  for (const wrong of ['{', '1', '{"points":[]}']) {
    kept.setItem('person-new', wrong);
    expect(loadPerson('three', kept)).toEqual(nobody('three'));
  }
});

test('what is sent leaves out what was left empty, and names each tag once', () => {
  const person = { ...nobody('k'), lastName: ' Lima ', points: [EMPTY_POINT, MAIL], tags: 'go, rust,, go ' };
  expect(personInput(person)).toEqual({
    firstName: null,
    lastName: 'Lima',
    title: null,
    company: null,
    location: null,
    contactPoints: [{ kind: 'EMAIL', value: 'ana@example.org', type: 'Work', consent: 'UNKNOWN' }],
    tags: ['go', 'rust'],
    idempotencyKey: 'k',
  });
  expect(nameOf(person)).toBe('Lima');
});

test('a problem with a contact point is found at its field, whichever were left empty before it', () => {
  const points = [EMPTY_POINT, MAIL, EMPTY_POINT, PHONE];
  expect(points.map((_, at) => pathOfPoint(points, at))).toEqual([null, 'contactPoints.0', null, 'contactPoints.1']);
});
