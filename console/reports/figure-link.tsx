import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { addressOf } from './rows-behind.ts';

interface FigureLinkProps {
  /** A member of the row's `links`. */
  readonly link: string;
  /** What the figure is of, for those who hear the link alone: `Used by Silver support`. */
  readonly of: string;
  readonly children: string;
}

/** A figure that leads to the rows that it is made of. */
export const FigureLink = ({ link, of, children }: FigureLinkProps) => (
  <Anchor component={Link} to={addressOf(link)} aria-label={`${children}: rows of ${of}`} inherit>
    {children}
  </Anchor>
);
