import { useApiQuery } from '../api/context';
import { ChooseCustomFields, CustomFields } from '../api/generated';
import { useAct } from '../shell/act';
import { QueryFailure } from '../shell/query-failure';
import { Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import styles from './screen.module.css';

/** Which of the account's own fields everybody sees who sees a person; none until somebody chooses. */
export function CustomFieldsSheet() {
  const query = useApiQuery(CustomFields, {});
  const { act, busy } = useAct();
  const fields = query.data?.data.customFields;
  const choose = (id: string, show: boolean) => {
    const shown = fields?.filter((field) => (field.id === id ? show : field.shown)) ?? [];
    const name = fields?.find((field) => field.id === id)?.name ?? 'The field';
    void act({
      mutation: ChooseCustomFields,
      variables: { input: { customFieldIds: shown.map((field) => field.id) } },
      pick: (data) => data.chooseCustomFields,
      said: show ? `${name} is shown` : `${name} is not shown any more`,
      reload: [CustomFields],
    });
  };
  return (
    <Sheet title="Fields of candidates">
      <p className="soft">
        Everybody who sees a candidate sees the fields you choose here. Fields that the ATS shows to some users only
        cannot be chosen.
      </p>
      {fields ? (
        fields.length > 0 ? (
          <ul className={styles.fields}>
            {fields.map((field) => (
              <li key={field.id}>
                <label>
                  <input
                    type="checkbox"
                    checked={field.shown}
                    disabled={busy}
                    onChange={(event) => choose(field.id, event.target.checked)}
                  />
                  <span dir="auto">{field.name}</span>
                </label>
              </li>
            ))}
          </ul>
        ) : (
          <p className="faint">The account has no fields of its own.</p>
        )
      ) : query.isPending ? (
        <Skeleton rows={2} label="Loading the fields" />
      ) : (
        <QueryFailure what="The fields cannot be shown" query={query} problem={query.data?.problems[0]} />
      )}
    </Sheet>
  );
}
