import { notifications } from '@mantine/notifications';
import { wordsOf } from '../data/api-problem.ts';

/** The draft was made, and what should have followed was refused: said on the page that opens next. */
export const showRefused = (error: unknown): void => {
  notifications.show({
    color: 'yellow',
    title: 'Saved as a draft, and no more',
    message: `${wordsOf(error)} Correct it here and save again.`,
    autoClose: false,
  });
};
