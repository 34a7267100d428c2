import { useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { ArchiveTemplate, MessageTemplates } from '../api/generated';
import { useAct } from '../shell/act';
import { NotFoundPage } from '../shell/not-found-page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { Message, Skeleton } from '../ui/region';
import { Segments } from '../ui/segments';
import { Sheet } from '../ui/sheet';
import { date, Time } from '../ui/time';
import { SettingsPage } from './parts';
import styles from './screen.module.css';
import { TemplateEditor } from './template-editor';
import { KINDS, type Template } from './templates';

export function TemplatesScreen() {
  const { can } = useViewer();
  return can.writeToPeople ? <Templates /> : <NotFoundPage />;
}

/** What is being written: a new template, one that exists, or none. */
type Editing = { readonly template: Template | null } | null;

/** The organisation's templates and one's own: seen by whoever writes to people, changed by whom they belong to. */
function Templates() {
  const [archived, setArchived] = useState(false);
  const [editing, setEditing] = useState<Editing>(null);
  const add = useRef<HTMLButtonElement>(null);
  const query = useApiQuery(MessageTemplates, { archived }, { keep: true });
  const templates = query.data?.data.messageTemplates;
  // Before anything that depends on the list: what is being written stays, whatever becomes of a look at it.
  if (editing) {
    return (
      <SettingsPage>
        <TemplateEditor
          key={editing.template?.id}
          template={editing.template}
          tokens={query.data?.data.templateTokens ?? []}
          onClose={() => {
            setEditing(null);
            requestAnimationFrame(() => add.current?.focus());
          }}
        />
      </SettingsPage>
    );
  }
  if (!templates) {
    return (
      <SettingsPage>
        {query.isPending ? (
          <Skeleton rows={6} label="Loading the templates" />
        ) : (
          <QueryFailure what="The templates cannot be shown" query={query} problem={query.data?.problems[0]} />
        )}
      </SettingsPage>
    );
  }
  return (
    <SettingsPage>
      <Sheet
        title="Message templates"
        beside={
          <Segments
            label="Templates"
            options={[
              { value: 'current', name: 'In use' },
              { value: 'all', name: 'With archived ones' },
            ]}
            value={archived ? 'all' : 'current'}
            onChange={(value) => setArchived(value === 'all')}
          />
        }
      >
        <p className={styles.explained}>
          Texts in which names, the job and more are filled in for each person. A rejection can send one.
        </p>
        <div className={styles.actions}>
          <Button ref={add} look="primary" onClick={() => setEditing({ template: null })}>
            New template
          </Button>
        </div>
        {templates.length === 0 ? (
          <Message title="No templates yet">The first one appears here.</Message>
        ) : (
          <List templates={templates} onOpen={(template) => setEditing({ template })} />
        )}
      </Sheet>
    </SettingsPage>
  );
}

interface ListProps {
  readonly templates: readonly Template[];
  readonly onOpen: (template: Template) => void;
}

function List({ templates, onOpen }: ListProps) {
  const { act, busy } = useAct();
  const archive = ({ id, name, archivedAt }: Template) => {
    const archived = archivedAt === null;
    const change = (to: boolean) => ({
      mutation: ArchiveTemplate,
      variables: { input: { templateId: id, archived: to } },
      pick: (data: { archiveTemplate: { __typename: string; message?: string } }) => data.archiveTemplate,
      said: to ? `${name} is no longer offered` : `${name} is offered again`,
      reload: [MessageTemplates],
    });
    void act({ ...change(archived), undo: () => void act(change(!archived)) });
  };
  return (
    <ul className={styles.templates}>
      {templates.map((template) => (
        <li key={template.id}>
          <div>
            <strong dir="auto">{template.name}</strong>
            <p dir="auto">{template.subject}</p>
            <p className="faint small">
              {KINDS[template.kind]} · {template.shared ? 'everybody’s' : 'mine'} · changed{' '}
              <Time at={template.savedAt} as={date} /> by <bdi>{template.savedBy?.name ?? 'a former colleague'}</bdi>
            </p>
          </div>
          {template.archivedAt === null ? (
            <Button small aria-label={`Open ${template.name}`} onClick={() => onOpen(template)}>
              {template.editable ? 'Edit' : 'Look'}
            </Button>
          ) : null}
          {template.editable ? (
            <Button
              small
              disabled={busy}
              aria-label={template.archivedAt === null ? `Archive ${template.name}` : `Offer ${template.name} again`}
              onClick={() => archive(template)}
            >
              {template.archivedAt === null ? 'Archive' : 'Offer again'}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
