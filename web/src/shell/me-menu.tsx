import { useNavigate } from '@tanstack/react-router';
import { useServices } from '../api/context';
import { Avatar } from '../ui/avatar';
import { Menu } from '../ui/menu';
import styles from './shell.module.css';
import { useViewer } from './viewer';

export function Me() {
  const { session } = useServices();
  const viewer = useViewer();
  const navigate = useNavigate();
  return (
    <Menu
      triggerClass={styles.me}
      trigger={
        <>
          <span className="unseen">You are {viewer.name}</span>
          <Avatar name={viewer.name} />
        </>
      }
    >
      {({ MenuItem, MenuNote }) => (
        <>
          <MenuNote>
            <strong dir="auto">{viewer.name}</strong>
            <br />
            {viewer.email}
          </MenuNote>
          <MenuItem onSelect={() => void navigate({ to: '/settings' })}>Settings</MenuItem>
          <MenuItem onSelect={() => void session.signOut()}>Sign out</MenuItem>
        </>
      )}
    </Menu>
  );
}
