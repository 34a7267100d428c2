import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useApiQuery, useSend, useServices } from '../api/context';
import {
  CreateTemplate,
  type CreateTemplateMutation,
  MessageTemplates,
  type MessageTemplatesQuery,
  type TemplateKind,
  TemplatePreview,
  UpdateTemplate,
  type UpdateTemplateMutation,
} from '../api/generated';
import { reasonOf } from '../reason';
import { toast } from '../shell/toasts';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { TextArea, TextField } from '../ui/field';
import { LongText } from '../ui/long-text';
import { Segments } from '../ui/segments';
import { Sheet } from '../ui/sheet';
import styles from './template-editor.module.css';
import { inserted, KINDS, type Template, tokenText } from './templates';

type Tokens = NonNullable<MessageTemplatesQuery['templateTokens']>;
type Result = CreateTemplateMutation['createTemplate'] | UpdateTemplateMutation['updateTemplate'];
type Conflict = Extract<Result, { __typename: 'TemplateConflict' }>['current'];

interface Texts {
  readonly name: string;
  readonly subject: string;
  readonly body: string;
}

interface EditorProps {
  /** Null: a new one. */
  readonly template: Template | null;
  readonly tokens: Tokens;
  readonly onClose: () => void;
}

const PREVIEW_MS = 300;

/** Writes a template beside what becomes of it. What somebody else changed meanwhile is shown, and never lost. */
export function TemplateEditor({ template, tokens, onClose }: EditorProps) {
  const { can } = useViewer();
  const send = useSend();
  const { cache } = useServices();
  const [texts, setTexts] = useState<Texts>({
    name: template?.name ?? '',
    subject: template?.subject ?? '',
    body: template?.body ?? '',
  });
  const [kind, setKind] = useState<TemplateKind>(template?.kind ?? 'REJECTION');
  const [shared, setShared] = useState(template ? template.shared : can.editSharedTemplates);
  const [version, setVersion] = useState(template?.version ?? 0);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // Where a token goes: the field that was written in last.
  const last = useRef<'subject' | 'body'>('body');
  // Saving again after a lost answer is the same template, not another one.
  const key = useRef(crypto.randomUUID());
  const editable = template === null || template.editable;
  useEffect(() => form.current?.querySelector<HTMLElement>('input, textarea')?.focus(), []);

  const change = (changed: Partial<Texts>) => {
    setTexts({ ...texts, ...changed });
    setProblems({});
  };
  const field = (path: 'subject' | 'body') => form.current?.querySelector<HTMLTextAreaElement>(`[name="${path}"]`);
  const insert = (token: string) => {
    const path = last.current;
    const at = field(path);
    const { text, caret } = inserted(texts[path], tokenText(token), at?.selectionStart, at?.selectionEnd);
    change({ [path]: text });
    requestAnimationFrame(() => {
      at?.focus();
      at?.setSelectionRange(caret, caret);
    });
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const result = template
        ? (await send(UpdateTemplate, { input: { templateId: template.id, expectedVersion: version, ...texts } })).data
            .updateTemplate
        : (await send(CreateTemplate, { input: { kind, shared, ...texts, idempotencyKey: key.current } })).data
            .createTemplate;
      await settle(result);
    } catch (problem) {
      setProblems({ '': reasonOf(problem) });
    } finally {
      setBusy(false);
    }
  };
  const settle = async (result: Result) => {
    switch (result.__typename) {
      case 'MessageTemplate':
        await cache.invalidateQueries({ queryKey: [MessageTemplates.name] });
        toast(`${result.name} is saved`);
        return onClose();
      case 'TemplateConflict':
        return setConflict(result.current);
      case 'InvalidInput':
        return setProblems(Object.fromEntries(result.problems.map(({ path, message }) => [path, message])));
      default:
        return setProblems({ '': result.message });
    }
  };
  const take = (theirs: boolean) => {
    if (!conflict) return;
    const { name, subject, body } = conflict;
    if (theirs) setTexts({ name, subject, body });
    setVersion(conflict.version);
    setConflict(null);
  };

  return (
    <Sheet title={template === null ? 'New template' : template.editable ? 'Edit the template' : template.name}>
      <div className={styles.editor}>
        <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
          <TextField
            label="Name"
            maxLength={100}
            readOnly={!editable}
            value={texts.name}
            problem={problems.name}
            onChange={({ target }) => change({ name: target.value })}
          />
          {template === null ? (
            <div className={styles.choices}>
              <Segments
                label="What it is for"
                options={(Object.keys(KINDS) as TemplateKind[]).map((value) => ({ value, name: KINDS[value] }))}
                value={kind}
                onChange={setKind}
              />
              {can.editSharedTemplates ? (
                <Segments
                  label="Whose it is"
                  options={[
                    { value: 'shared', name: 'Everybody’s' },
                    { value: 'own', name: 'Mine' },
                  ]}
                  value={shared ? 'shared' : 'own'}
                  onChange={(value) => setShared(value === 'shared')}
                />
              ) : null}
            </div>
          ) : null}
          <TextField
            label="Subject"
            name="subject"
            maxLength={200}
            readOnly={!editable}
            value={texts.subject}
            problem={problems.subject}
            onFocus={() => {
              last.current = 'subject';
            }}
            onChange={({ target }) => change({ subject: target.value })}
          />
          <TextArea
            label="Text"
            name="body"
            rows={12}
            maxLength={10_000}
            readOnly={!editable}
            value={texts.body}
            problem={problems.body}
            onFocus={() => {
              last.current = 'body';
            }}
            onChange={({ target }) => change({ body: target.value })}
          />
          {editable ? <TokenButtons tokens={tokens} onInsert={insert} /> : null}
          {conflict ? <Faster conflict={conflict} onTake={take} /> : null}
          {problems[''] ? (
            <p role="alert" className={styles.problem}>
              {problems['']}
            </p>
          ) : null}
          <div className={styles.acts}>
            {editable ? (
              <Button look="primary" type="submit" disabled={busy || conflict !== null}>
                Save
              </Button>
            ) : null}
            <Button onClick={onClose}>{editable ? 'Cancel' : 'Back'}</Button>
          </div>
        </form>
        <Preview subject={texts.subject} body={texts.body} />
      </div>
    </Sheet>
  );
}

interface TokenButtonsProps {
  readonly tokens: Tokens;
  readonly onInsert: (token: string) => void;
}

function TokenButtons({ tokens, onInsert }: TokenButtonsProps) {
  const id = useId();
  return (
    <section className={styles.tokens} aria-labelledby={id}>
      <p id={id}>Filled in for each person</p>
      <div>
        {tokens.map(({ token, description }) => (
          <Button key={token} small title={description} onClick={() => onInsert(token)}>
            {token.toLowerCase().replaceAll('_', ' ')}
          </Button>
        ))}
      </div>
      <p className="faint small">
        What may be unknown can have a default: <code>{'{{ candidate_first_name | default("there") }}'}</code>. Without
        one, a mail is not sent to whom it cannot be filled in for.
      </p>
    </section>
  );
}

interface FasterProps {
  readonly conflict: Conflict;
  readonly onTake: (theirs: boolean) => void;
}

/** Somebody else saved first: both texts, and the two ways on. */
function Faster({ conflict, onTake }: FasterProps) {
  return (
    <section className={styles.conflict} aria-label="Changed meanwhile">
      <p role="alert">
        <bdi>{conflict.savedBy?.name ?? 'Somebody'}</bdi> changed it meanwhile. Nothing of yours was saved. Now it says:
      </p>
      <strong dir="auto">{conflict.subject}</strong>
      <LongText text={conflict.body} />
      <div className={styles.acts}>
        <Button small onClick={() => onTake(true)}>
          Take theirs
        </Button>
        <Button small onClick={() => onTake(false)}>
          Go on with mine
        </Button>
      </div>
    </section>
  );
}

function Preview({ subject, body }: Pick<Texts, 'subject' | 'body'>) {
  const [settled, setSettled] = useState({ subject, body });
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ subject, body }), PREVIEW_MS);
    return () => clearTimeout(timer);
  }, [subject, body]);
  const blank = settled.subject.trim() === '' || settled.body.trim() === '';
  const query = useApiQuery(TemplatePreview, settled, { enabled: !blank, keep: true });
  const rendered = query.data?.data.templatePreview;
  return (
    <section className={styles.preview} aria-label="Preview" aria-live="polite">
      <h3>As Kim Miller would get it</h3>
      {blank || !rendered ? (
        <p className="soft">{blank ? 'Write a subject and a text.' : 'Nothing to show yet.'}</p>
      ) : rendered.problems.length > 0 ? (
        rendered.problems.map(({ path, message }) => (
          <p key={path} className={styles.problem}>
            {path === 'subject' ? 'The subject' : 'The text'} {message}.
          </p>
        ))
      ) : (
        <>
          <strong dir="auto">{rendered.subject}</strong>
          <LongText text={rendered.body} />
        </>
      )}
    </section>
  );
}
