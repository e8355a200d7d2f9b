import { Alert, Button, Group, Radio, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { Name } from '../ui/name.tsx';
import { type BodyField, bodyOf } from './form-body.ts';
import type { Merge } from './form-merge.ts';
import type { FormValues } from './form-values.ts';
import { FIELD_WORDS, valueWords } from './form-words.ts';

interface FormConflictProps {
  readonly merge: Merge;
  readonly theirs: FormValues;
  readonly mine: FormValues;
  /** The fields to take from the other person; all others stay as typed. */
  readonly onResolve: (taken: readonly BodyField[]) => void;
}

/** Somebody else changed the record meanwhile: shows what differs and lets the person choose, field by field. */
export function FormConflict({ merge, theirs, mine, onResolve }: FormConflictProps) {
  const [taken, setTaken] = useState<ReadonlySet<BodyField>>(new Set());
  const [their, my] = [bodyOf(theirs), bodyOf(mine)];
  const choose = (field: BodyField, isTaken: boolean) => {
    const next = new Set(taken);
    if (isTaken) next.add(field);
    else next.delete(field);
    setTaken(next);
  };
  return (
    <Alert color="yellow" variant="light" role="alert" title="Somebody else changed this entitlement meanwhile">
      <Stack gap="sm">
        <Text>Nothing that you typed is lost, and nothing was saved yet.</Text>
        {merge.theirsAlone.length > 0 && (
          <Text>
            You did not change these, so the saved values are taken over:{' '}
            {merge.theirsAlone.map((field) => `${FIELD_WORDS[field]} (${valueWords(field, their)})`).join('; ')}.
          </Text>
        )}
        {merge.both.length > 0 && (
          <Table>
            <Table.Caption className="only-spoken">Fields that you both changed</Table.Caption>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>You both changed</Table.Th>
                <Table.Th>Keep mine</Table.Th>
                <Table.Th>Take theirs</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {merge.both.map((field) => (
                <Table.Tr key={field}>
                  <Table.Th scope="row">{FIELD_WORDS[field]}</Table.Th>
                  <Table.Td>
                    <Radio
                      name={`conflict-${field}`}
                      checked={!taken.has(field)}
                      onChange={() => choose(field, false)}
                      label={<Name>{valueWords(field, my)}</Name>}
                      aria-label={`${FIELD_WORDS[field]}: keep mine, ${valueWords(field, my)}`}
                    />
                  </Table.Td>
                  <Table.Td>
                    <Radio
                      name={`conflict-${field}`}
                      checked={taken.has(field)}
                      onChange={() => choose(field, true)}
                      label={<Name>{valueWords(field, their)}</Name>}
                      aria-label={`${FIELD_WORDS[field]}: take theirs, ${valueWords(field, their)}`}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Group gap="xs">
          <Button onClick={() => onResolve([...merge.theirsAlone, ...taken])}>Go on with these values</Button>
          {merge.both.length > 1 && (
            <>
              <Button variant="default" onClick={() => setTaken(new Set())}>
                Keep all of mine
              </Button>
              <Button variant="default" onClick={() => setTaken(new Set(merge.both))}>
                Take all of theirs
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
