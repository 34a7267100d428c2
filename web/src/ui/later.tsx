import { type ComponentType, lazy, useState } from 'react';

interface Later<Props> {
  readonly View: ComponentType<Props>;
  /** Load it, so that it is drawn at once when it is needed. */
  readonly preload: () => void;
}

/**
 * A component that is loaded when it is first needed, or before.
 *
 * What `lazy` makes is never drawn at once, even if its script is there: React shows the fallback first, and then waits
 * up to 300 ms to replace it.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  let loaded: ComponentType<Props> | null = null;
  const get = async () => {
    loaded = await load();
    return { default: loaded };
  };
  const Unloaded = lazy(get);
  return {
    // biome-ignore lint/correctness/noComponentHookFactories: called at the top of modules, once for each component
    View: (props) => {
      // Chosen once: another component would be mounted anew.
      const [Chosen] = useState(() => loaded ?? Unloaded);
      return <Chosen {...props} />;
    },
    // Offline, it is loaded when it is needed.
    preload: () => void get().catch(() => {}),
  };
}
