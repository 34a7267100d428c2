import { type ReactNode, useId } from 'react';
import type { ContactConsent, ContactKind } from '../api/generated';
import { TextField } from '../ui/field';
import { CONSENTS, CONTACT_KINDS, type Typed } from './contact-points';
import styles from './saved.module.css';

const LONGEST_VALUE = 500;
const LONGEST_TYPE = 50;

interface ContactPointFieldsProps {
  readonly point: Typed;
  /** Of the address itself it is not changed: it is another one then. */
  readonly known?: boolean;
  readonly problem?: string | undefined;
  readonly onChange: (changed: Partial<Typed>) => void;
}

/** How somebody can be reached, of which sort, and whether they agreed. */
export function ContactPointFields({ point, known = false, problem, onChange }: ContactPointFieldsProps) {
  const { name, hint, type } = CONTACT_KINDS[point.kind];
  return (
    <>
      {known ? null : (
        <>
          <Choice
            label="Kind"
            value={point.kind}
            options={Object.entries(CONTACT_KINDS).map(([value, words]) => [value, words.name])}
            onChange={(kind) => onChange({ kind: kind as ContactKind })}
          />
          <TextField
            label={name}
            type={type}
            dir="ltr"
            autoComplete="off"
            placeholder={hint}
            maxLength={LONGEST_VALUE}
            value={point.value}
            problem={problem}
            onChange={({ target }) => onChange({ value: target.value })}
          />
        </>
      )}
      <TextField
        label="Type"
        placeholder="Work, mobile"
        autoComplete="off"
        maxLength={LONGEST_TYPE}
        value={point.type}
        problem={known ? problem : undefined}
        onChange={({ target }) => onChange({ type: target.value })}
      />
      <Choice
        label="Consent"
        value={point.consent}
        options={Object.entries(CONSENTS).map(([value, words]) => [value, words.name])}
        onChange={(consent) => onChange({ consent: consent as ContactConsent })}
      >
        {point.consent === 'REFUSED' ? (
          <span className="faint small">No mail goes to them any more, whatever the ATS says.</span>
        ) : null}
      </Choice>
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
  readonly children?: ReactNode;
}

function Choice({ label, value, options, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
      {children}
    </div>
  );
}
