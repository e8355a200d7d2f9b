import type { UpdateDefinition } from '@temporalio/common';
import { setHandler } from '@temporalio/workflow';
import type { LifeCommandKind } from '../../domain/entitlements/life.ts';
import { acceptedOf, failureOf, throwIfRefused } from '../messages/refusal-failure.ts';
import { aboutKey } from './about.ts';
import { problemWithClaims } from './claims.ts';
import { problemWithLife, readLife } from './life-input.ts';
import { create, type LifeAnswer, type LifeMessage, lifeUpdates } from './life-messages.ts';
import type { Listening } from './listening.ts';
import { problemWithCreation } from './message-input.ts';

/** Takes the creation of the draft; a `revived` entitlement answers only once it has been loaded. */
export function listenToCreation({ run, inbox }: Listening, revived: boolean): void {
  setHandler(
    create,
    (message) => inbox.take(aboutKey(message.key), message, () => acceptedOf(run.create(message, Date.now())), revived),
    {
      description: 'Writes the draft',
      validator: (message) => {
        throwIfRefused(problemWithCreation(message) ?? problemWithClaims(run, message));
        inbox.assertOpen();
      },
    },
  );
}

/** Takes the commands of the entitlement's life, each by its update. */
export function listenToLife(listening: Listening): void {
  for (const kind of Object.keys(lifeUpdates) as LifeCommandKind[]) listenToCommand(listening, kind);
}

function listenToCommand<Kind extends LifeCommandKind>({ run, inbox, view }: Listening, kind: Kind): void {
  const definition: UpdateDefinition<LifeAnswer, [LifeMessage<Kind>]> = lifeUpdates[kind];
  setHandler(
    definition,
    (message) =>
      inbox.take(aboutKey(message.key), message, () => {
        if (!run.exists) throw failureOf(run.notFound.refused);
        run.passTime(Date.now());
        const answer = acceptedOf(run.command(acceptedOf(readLife(kind, message)), message, Date.now()));
        view.show(run.entitlement);
        return answer;
      }),
    {
      description: `Asks the entitlement to ${kind}`,
      validator: (message) => {
        throwIfRefused(problemWithLife(kind, message) ?? problemWithClaims(run, message));
        inbox.assertOpen();
        // What was forgotten must be loaded first: then the handler decides.
        if (!inbox.isOpenFor(aboutKey(message.key), message)) return;
        const command = acceptedOf(readLife(kind, message));
        throwIfRefused(run.backlogRefusal() ?? run.refusalOf(command, message, Date.now()));
      },
    },
  );
}
