import { useId } from 'react';
import styles from './choices.module.css';

interface ChoicesProps<Value extends string> {
  readonly legend: string;
  readonly options: readonly { readonly value: Value; readonly name: string }[];
  /** Null: none is chosen yet. */
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly problem?: string | undefined;
  /** Said if there is nothing to choose from. */
  readonly nothing?: string;
}

/** One of a few, all of them shown. */
export function Choices<Value extends string>(props: ChoicesProps<Value>) {
  const { legend, options, value, onChange, problem, nothing } = props;
  const id = useId();
  return (
    <fieldset className={styles.choices} aria-describedby={problem ? `${id}-problem` : undefined}>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={id}
            value={option.value}
            checked={value === option.value}
            onChange={() => onChange(option.value)}
          />
          <span dir="auto">{option.name}</span>
        </label>
      ))}
      {options.length === 0 ? <p className="soft">{nothing}</p> : null}
      {problem ? (
        <p id={`${id}-problem`} role="alert">
          {problem}
        </p>
      ) : null}
    </fieldset>
  );
}
