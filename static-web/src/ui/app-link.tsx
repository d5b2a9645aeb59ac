import { Anchor, type AnchorProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface AppLinkProps extends AnchorProps {
  readonly to: string;
  readonly children: ReactNode;
}

/** A link to another page of this application. */
export function AppLink({ to, children, ...props }: AppLinkProps) {
  return (
    <Anchor component={Link} to={to} {...props}>
      {children}
    </Anchor>
  );
}
