import { useSyncExternalStore } from 'react';
import { Segments } from '../ui/segments';
import { Sheet } from '../ui/sheet';
import { SettingsPage } from './parts';
import { loadPreferences, savePreferences, subscribePreferences } from './preferences';
import styles from './screen.module.css';

export function PreferencesScreen() {
  const preferences = useSyncExternalStore(subscribePreferences, loadPreferences);
  return (
    <SettingsPage>
      <Sheet title="Preferences of this browser">
        <div className={styles.choices}>
          <div className={styles.choice}>
            <h3>Theme</h3>
            <Segments
              label="Theme"
              options={[
                { value: 'system', name: 'As the system' },
                { value: 'light', name: 'Light' },
                { value: 'dark', name: 'Dark' },
              ]}
              value={preferences.theme}
              onChange={(theme) => savePreferences({ theme })}
            />
          </div>
          <div className={styles.choice}>
            <h3>Cards of boards</h3>
            <Segments
              label="Cards of boards"
              options={[
                { value: 'comfortable', name: 'Comfortable' },
                { value: 'compact', name: 'Compact' },
              ]}
              value={preferences.density}
              onChange={(density) => savePreferences({ density })}
            />
          </div>
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={preferences.letterKeys}
              onChange={({ target }) => savePreferences({ letterKeys: target.checked })}
            />
            <span>
              Single letters are keys
              <br />
              <span className="faint">Turn it off if you use speech input. Ctrl K and the arrows stay.</span>
            </span>
          </label>
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={preferences.announceOthers}
              onChange={({ target }) => savePreferences({ announceOthers: target.checked })}
            />
            <span>
              Screen readers are told of others’ changes
              <br />
              <span className="faint">In one sentence, every ten seconds at most.</span>
            </span>
          </label>
        </div>
      </Sheet>
    </SettingsPage>
  );
}
