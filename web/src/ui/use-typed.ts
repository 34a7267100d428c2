import { type ChangeEvent, useEffect, useState } from 'react';

/** For a field whose value stands in the URL: typing shows at once; the URL and the request follow. */
export function useTyped(value: string, onChange: (value: string) => void) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return {
    value: typed,
    onChange: ({ target }: ChangeEvent<HTMLInputElement>) => {
      setTyped(target.value);
      onChange(target.value);
    },
  };
}
