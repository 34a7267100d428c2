import { expect, test } from 'vitest';
import { firstName, initials, isolated } from './names';

test.each([
  ['Anna Kowalska', 'AK', 'Anna'],
  ['Maximiliane von und zu Rosenburg', 'MR', 'Maximiliane'],
  ['محمد الأنصاري', 'ما', 'محمد'],
  ['🦄 Zoe', 'Z', '🦄'],
  ['', '', ''],
])('%s has initials and a first name', (name, letters, first) => {
  expect(initials(name)).toBe(letters);
  expect(firstName(name)).toBe(first);
});

test('a name that is written from right to left takes nothing along that stands beside it', () => {
  expect(['Anna', 'Łukasz', '李'].map(isolated)).toEqual(['Anna', 'Łukasz', '李']);
  expect(['محمد', 'נועה'].map(isolated)).toEqual(['\u2068محمد\u2069', '\u2068נועה\u2069']);
});
