import { Copy } from 'lucide-react';
import { toast } from '../shell/toasts';
import { Button } from '../ui/button';
import styles from './person.module.css';

/** An address or a number, to be copied. */
export function CopyPoint({ value }: { readonly value: string }) {
  return (
    <span className={styles.point}>
      <span dir="ltr">{value}</span>
      <Button
        look="quiet"
        small
        lone
        label={`Copy ${value}`}
        onClick={() => void navigator.clipboard.writeText(value).then(() => toast(`Copied ${value}`))}
      >
        <Copy />
      </Button>
    </span>
  );
}
