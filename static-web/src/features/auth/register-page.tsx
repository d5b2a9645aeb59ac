import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearchParams } from 'react-router';
import { login, type Registration, register } from '@/api/auth';
import { ApiError, errorMessage } from '@/api/errors';
import { AppLink } from '@/ui/app-link';
import { useTitle } from '@/ui/use-title';
import { nextAddress } from './next-address';

const EMPTY: Registration = {
  username: '',
  email: '',
  first_name: '',
  last_name: '',
  password1: '',
  password2: '',
};

export function RegisterPage() {
  useTitle('Create an account');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const form = useForm<Registration>({
    initialValues: EMPTY,
    validate: {
      username: (value) => (value.trim().length < 5 ? 'Use at least 5 characters' : null),
      email: (value) => (/^\S+@\S+$/.test(value) ? null : 'Enter an e-mail address'),
      password1: (value) => (value.length < 8 ? 'Use at least 8 characters' : null),
      password2: (value, values) => (value === values.password1 ? null : 'The passwords differ'),
    },
  });
  const signUp = useMutation({
    mutationFn: async (values: Registration) => {
      await register(values);
      await login(values.username, values.password1);
    },
    onSuccess: async () => {
      queries.clear();
      await navigate(nextAddress(params), { replace: true });
    },
    onError: (error) => {
      if (error instanceof ApiError) form.setErrors({ ...error.fields });
    },
  });
  const general =
    signUp.error instanceof ApiError && Object.keys(signUp.error.fields).some((key) => key in EMPTY)
      ? null
      : signUp.error;
  return (
    <form onSubmit={form.onSubmit((values) => signUp.mutate(values))} noValidate>
      <Stack>
        <Title order={1} size="h3">
          Create an account
        </Title>
        {general && (
          <Alert color="red" role="alert">
            {errorMessage(general)}
          </Alert>
        )}
        <TextInput label="User name" autoComplete="username" {...form.getInputProps('username')} />
        <TextInput label="E-mail" type="email" autoComplete="email" {...form.getInputProps('email')} />
        <Group grow>
          <TextInput label="First name" autoComplete="given-name" {...form.getInputProps('first_name')} />
          <TextInput label="Last name" autoComplete="family-name" {...form.getInputProps('last_name')} />
        </Group>
        <PasswordInput label="Password" autoComplete="new-password" {...form.getInputProps('password1')} />
        <PasswordInput
          label="Password again"
          autoComplete="new-password"
          {...form.getInputProps('password2')}
        />
        <Button type="submit" loading={signUp.isPending} fullWidth>
          Create the account
        </Button>
        <Text size="sm" ta="center">
          <AppLink to={`/auth/login?${params}`} underline="always">
            I have an account
          </AppLink>
        </Text>
      </Stack>
    </form>
  );
}
