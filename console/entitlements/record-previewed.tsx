import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { isRefusedAs } from '../data/api-problem.ts';
import { isSame } from '../data/is-same.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { useSend } from '../ui/use-send.ts';
import { ChangedMeanwhile } from './record-changed.tsx';
import { PreviewShown } from './record-preview.tsx';
import type { AnyPreview } from './record-preview-answer.ts';

interface PreviewedOptions<Body, Seen> {
  /** What the API is sent. A preview counts as long as this stays the same. */
  readonly body: Body;
  readonly look: (body: Body) => Promise<Seen>;
  readonly make: (made: { readonly body: Body; readonly seen: Seen }, key: string) => Promise<unknown>;
  readonly onDone: () => void;
}

/** A command that is shown before it is made. What is typed after a preview needs another one. */
export function usePreviewed<Body extends object, Seen extends AnyPreview>(options: PreviewedOptions<Body, Seen>) {
  const { body, look, make, onDone } = options;
  const seeing = useMutation({ mutationFn: look });
  const sending = useSend(make, { onDone });
  const isOfBody = isSame(seeing.variables, body);
  const seen = isOfBody ? seeing.data : undefined;
  const looked = isOfBody ? seeing.error : null;
  return {
    seen,
    /** Why the preview or the command was refused; null again once something else is typed. */
    error: seen === undefined ? looked : sending.error,
    isPending: seeing.isPending || sending.isPending,
    /** Shows what it would do; if that is shown, does it. */
    confirm: () => {
      if (seen !== undefined) return sending.send({ body, seen });
      sending.reset();
      seeing.mutate(body);
    },
    /** The preview does not count any more. */
    forget: () => {
      sending.reset();
      seeing.reset();
    },
  };
}

interface PreviewedDialogProps {
  readonly title: string;
  /** The word on the button that does it, a verb. Before, the button shows what it would do. */
  readonly confirm: string;
  readonly previewed: Pick<ReturnType<typeof usePreviewed>, 'seen' | 'error' | 'isPending' | 'forget'>;
  /** When the state on the right of the preview is reached. */
  readonly after?: string;
  /** What was refused stands at its fields, and nowhere else. */
  readonly isPlaced: boolean;
  readonly size?: string;
  readonly noValidate?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** The person asked to see what the entitlement is now. */
  readonly onReload?: () => void;
  readonly children: ReactNode;
}

/** The dialog of a command that is shown before it is made. */
export function PreviewedDialog(props: PreviewedDialogProps) {
  const { title, confirm, previewed, after = 'After', isPlaced, size = 'md', noValidate = false } = props;
  const { seen, error, isPending, forget } = previewed;
  const isChanged = isRefusedAs(error, 'conflict');
  return (
    <ActionDialog
      opened
      onClose={props.onClose}
      title={title}
      confirm={seen === undefined ? 'Show what it would do' : confirm}
      size={size}
      noValidate={noValidate}
      isPending={isPending}
      error={isChanged || isPlaced ? null : error}
      onConfirm={props.onConfirm}
    >
      {props.children}
      {seen !== undefined && <PreviewShown preview={seen} after={after} />}
      {isChanged && (
        <ChangedMeanwhile
          error={error}
          onReload={() => {
            forget();
            props.onReload?.();
          }}
        />
      )}
    </ActionDialog>
  );
}

/**
 * What a command without fields would do, asked once when its dialog opens, if `isWanted`. Not a query: those are read
 * again once the command is made, when there is nothing to preview any more.
 */
export function usePreviewOnOpening<Seen>(look: () => Promise<Seen>, isWanted = true) {
  const { mutate, data, error } = useMutation({ mutationFn: look });
  useEffect(() => {
    if (isWanted) mutate();
  }, [isWanted, mutate]);
  return { seen: data, error };
}
