import { FileText } from 'lucide-react';
import { useState } from 'react';
import { useSend } from '../api/context';
import { type AttachmentKind, OpenAttachment, OpenReviewedFile } from '../api/generated';
import { reasonOf } from '../reason';
import { toastFailure } from '../shell/toasts';
import { Button } from '../ui/button';
import { date, Time } from '../ui/time';
import styles from './past.module.css';

const KINDS: Record<AttachmentKind, string> = {
  RESUME: 'Resume',
  COVER_LETTER: 'Cover letter',
  TEST: 'Test',
  OTHER: 'File',
};

interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly kind: AttachmentKind;
  readonly addedAt: string;
}

interface FilesProps {
  readonly files: readonly Attachment[];
  /** The review that shows them to a reviewer, who need not see the person otherwise. */
  readonly review?: string;
}

/** Files of a person, saved by the browser when they are opened. */
export function Files({ files, review }: FilesProps) {
  const send = useSend();
  const [opening, setOpening] = useState<string | null>(null);
  if (files.length === 0) return null;
  const open = async (attachmentId: string) => {
    setOpening(attachmentId);
    try {
      const link = review
        ? (await send(OpenReviewedFile, { input: { reviewId: review, attachmentId } })).data.openReviewedFile
        : (await send(OpenAttachment, { input: { attachmentId } })).data.createAttachmentLink;
      // A download: the page stays. The address is a key to the file, and is kept nowhere.
      if (link.__typename === 'AttachmentLink') window.location.assign(link.url);
      else toastFailure(link.message);
    } catch (problem) {
      toastFailure(reasonOf(problem));
    } finally {
      setOpening(null);
    }
  };
  return (
    <section className={styles.past}>
      <h3>Files</h3>
      <ul className={styles.files}>
        {files.map((file) => (
          <li key={file.id}>
            <Button
              look="link"
              label={`Download ${file.name}`}
              disabled={opening === file.id}
              onClick={() => void open(file.id)}
            >
              <FileText aria-hidden="true" />
              <bdi>{file.name}</bdi>
            </Button>
            <span className="faint small">
              {KINDS[file.kind]}, <Time at={file.addedAt} as={date} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
