import { useDeferredValue, useState } from 'react';
import { useApiQuery } from '../api/context';
import { FindUsers } from '../api/generated';
import { Avatar } from '../ui/avatar';
import { TextField } from '../ui/field';
import styles from './user-finder.module.css';

export interface FoundUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

interface UserFinderProps {
  readonly label: string;
  /** Whether somebody is offered. */
  readonly offered: (user: FoundUser) => boolean;
  readonly onChoose: (user: FoundUser) => void;
}

const SHOWN = 6;

/** A field in which one types a name, and chooses a colleague of those who are called that. */
export function UserFinder({ label, offered, onChoose }: UserFinderProps) {
  const [name, setName] = useState('');
  const text = useDeferredValue(name.trim());
  const users = useApiQuery(FindUsers, { containing: text }, { enabled: text.length > 0, keep: true });
  const found = users.data?.data.users?.nodes.filter(offered);
  return (
    <div className={styles.finder}>
      <TextField
        label={label}
        placeholder="Name or e-mail address"
        type="search"
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      {text && found ? (
        <div className={styles.found}>
          {found.slice(0, SHOWN).map((user) => (
            <button
              key={user.id}
              type="button"
              onClick={() => {
                setName('');
                onChoose(user);
              }}
            >
              <Avatar name={user.name} />
              <span className="cut" dir="auto">
                {user.name}
              </span>
              <span className="faint cut">{user.email}</span>
            </button>
          ))}
          {found.length === 0 ? <p className="faint">Nobody is called that</p> : null}
        </div>
      ) : null}
    </div>
  );
}
