import { Text, type TextProps } from '@mantine/core';

interface NameProps extends TextProps {
  readonly children: string;
}

/**
 * A name, title or reason that somebody typed. It is kept apart from the text around it, so that letters of another
 * direction do not turn the sentence round, and a long one is cut with its whole text as the tooltip.
 */
export function Name({ children, ...props }: NameProps) {
  return (
    <Text span inherit lineClamp={2} title={children} {...props}>
      <bdi>{children}</bdi>
    </Text>
  );
}
