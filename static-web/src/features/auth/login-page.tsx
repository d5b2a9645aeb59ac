import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { isRegistrationOpen, login } from '@/api/auth';
import { errorMessage } from '@/api/errors';
import { keys } from '@/api/keys';
import { AppLink } from '@/ui/app-link';
import { useTitle } from '@/ui/use-title';
import { nextAddress } from './next-address';

export function LoginPage() {
  useTitle('Sign in');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const registration = useQuery({
    queryKey: keys.registration,
    queryFn: isRegistrationOpen,
    staleTime: 600_000,
  });
  const signIn = useMutation({
    mutationFn: () => login(name.trim(), password),
    onSuccess: async () => {
      queries.clear();
      await navigate(nextAddress(params), { replace: true });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <Stack>
        <Title order={1} size="h3">
          Sign in
        </Title>
        {signIn.isError && (
          <Alert color="red" role="alert">
            {errorMessage(signIn.error)}
          </Alert>
        )}
        <TextInput
          label="User name or e-mail"
          autoComplete="username"
          required
          withAsterisk={false}
          data-autofocus
          autoFocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={signIn.isPending} fullWidth mt="xs">
          Sign in
        </Button>
        {registration.data === true && (
          <Text size="sm" ta="center">
            No account yet?{' '}
            <AppLink to={`/auth/register?${params}`} underline="always">
              Create one
            </AppLink>
          </Text>
        )}
      </Stack>
    </form>
  );
}
