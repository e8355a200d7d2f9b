import { Text, type TextProps } from '@mantine/core';

interface NameProps extends TextProps {
  readonly children: string;
  /** It stands in for a name that is being read. */
  readonly isBusy?: boolean;
}

/** A word of more letters may be broken in a table: a column as wide as it would push out the others. */
const LONG_WORD = /[^\s-]{15,}/u;

/**
 * A name, title or reason that somebody typed. It is kept apart from the text around it, so that letters of another
 * direction do not turn the sentence round, and a long one is cut with its whole text as the tooltip.
 */
export function Name({ children, isBusy = false, ...props }: NameProps) {
  return (
    <Text
      span
      inherit
      lineClamp={2}
      title={children}
      {...(isBusy ? { 'aria-busy': true } : {})}
      {...(LONG_WORD.test(children) ? { className: 'long-word' } : {})}
      {...props}
    >
      <bdi>{children}</bdi>
    </Text>
  );
}
